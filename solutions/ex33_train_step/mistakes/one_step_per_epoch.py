"""Must fail: test_epoch_updates
Says: "4 batches: weight and bias after the epoch"
Echoes: -

Adds up the gradients of all batches and makes one step at the end of the epoch.
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
    optimizer.zero_grad()  # backward adds to .grad: begin with a clean one
    loss = loss_fn(model(xb), yb)
    loss.backward()
    optimizer.step()
    return loss.item()  # a number: the tensor would keep the whole graph


def train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    model.train()
    optimizer.zero_grad()
    total, samples = 0.0, 0
    for xb, yb in loader:
        loss = loss_fn(model(xb), yb)
        loss.backward()
        total += loss.item() * len(yb)
        samples += len(yb)
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to train on")
    optimizer.step()
    return total / samples
