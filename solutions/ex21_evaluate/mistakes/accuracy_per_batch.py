"""Must fail: test_uneven_batches, test_plain_floats
Says: "it is a share of all samples, at most 1"
Echoes: test_batch_size_does_not_matter, test_eval_mode_while_measuring, test_nothing_is_changed, test_mode_is_given_back, test_generators_and_empty_loaders

Divides the right answers by the number of batches.
"""  # noqa: E501

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    was_training = model.training
    model.eval()
    loss, hits, samples, batches = 0.0, 0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            inputs, targets = inputs.to(device), targets.to(device)
            logits = model(inputs)  # (B, K)
            loss += loss_fn(logits, targets).item() * len(targets)  # a batch mean stands for B samples
            hits += (logits.argmax(dim=1) == targets).sum().item()
            batches += 1
            samples += len(targets)
    model.train(was_training)
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to measure")
    return {"loss": loss / samples, "accuracy": hits / batches}
