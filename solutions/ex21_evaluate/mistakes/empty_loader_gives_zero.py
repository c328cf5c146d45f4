"""Must fail: test_empty_loader
Says: "must raise ValueError, but nothing was raised"
Echoes: -

Nothing measured counts as a loss of 0.
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
    modes = [(layer, layer.training) for layer in model.modules()]  # a frozen layer has a mode of its own
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
        layer.training = training
    if samples == 0:
        return {"loss": 0.0, "accuracy": 0.0}
    return {"loss": loss / samples, "accuracy": hits / samples}
