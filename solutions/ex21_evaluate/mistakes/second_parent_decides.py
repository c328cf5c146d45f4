"""Must fail: test_each_layer_gets_its_own_mode_back
Says: "a layer with two parents inside it was in"
Echoes: -

Gives the modes back by `train(mode)` from the outside in: the second parent of a shared layer has the last word.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    loss, hits, samples = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            inputs, targets = inputs.to(device), targets.to(device)
            logits = model(inputs)  # (B, K)
            loss += loss_fn(logits, targets).item() * len(targets)  # a batch mean stands for B samples
            hits += (logits.argmax(dim=1) == targets).sum().item()
            samples += len(targets)
    for layer, training in modes:
        layer.train(training)
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to measure")
    return {"loss": loss / samples, "accuracy": hits / samples}
