"""Must fail: test_empty_loader
Says: "sizes of the batches, generator: [], True must raise ValueError, but raised ZeroDivisionError"
Echoes: -

Divides by the number of samples without a look at it.
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
    total, samples = 0.0, 0
    for xb, yb in loader:
        total += train_step(model, xb, yb, loss_fn, optimizer) * len(yb)  # a batch mean stands for B samples
        samples += len(yb)
    return total / samples
