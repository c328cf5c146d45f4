"""Must fail: test_one_call_and_one_update, test_epoch_steps_are_clean
Says: "saw 2 calls of the model"
Echoes: -

Measures the loss without a graph, then calls the model again for the gradients.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def train_step(
    model: nn.Module,
    xb: Tensor,
    yb: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    model.train()
    with torch.no_grad():
        value = loss_fn(model(xb), yb).item()
    optimizer.zero_grad()  # backward adds to .grad: begin with a clean one
    loss = loss_fn(model(xb), yb)
    loss.backward()
    optimizer.step()
    return value


def train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    total, samples = 0.0, 0
    for xb, yb in loader:
        total += train_step(model, xb, yb, loss_fn, optimizer) * len(yb)  # a batch mean stands for B samples
        samples += len(yb)
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to train on")
    return total / samples
