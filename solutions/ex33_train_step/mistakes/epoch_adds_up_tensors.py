"""Must fail: test_epoch_mean_per_sample
Says: "the epoch's loss is a Tensor, no plain float"
Echoes: -

The epoch's result is a tensor.
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
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to train on")
    return torch.tensor(total / samples)
