"""Must fail: test_epoch_mean_per_sample, test_epoch_steps_are_clean
Says: "batches of 12, 3 samples, learning rate 0.2: mean loss per sample (losses measured after the"
Echoes: -

Measures the epoch's loss with the weights of its end.
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
    batches = list(loader)
    for xb, yb in batches:
        train_step(model, xb, yb, loss_fn, optimizer)
    total, samples = 0.0, 0
    for xb, yb in batches:
        with torch.no_grad():
            total += loss_fn(model(xb), yb).item() * len(yb)
        samples += len(yb)
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to train on")
    return total / samples
