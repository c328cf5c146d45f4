"""Must fail: test_old_gradients_do_not_leak_in, test_epoch_steps_are_clean
Says: "a step with old numbers in .grad beforehand, against one without: weight and bias"
Echoes: -

Clears the gradients at the end: what stood in .grad before the first call leaks in.
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
    loss = loss_fn(model(xb), yb)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
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
    return total / samples
