"""Must fail: test_bad_arguments
Says: "sgd_epoch of 4 samples(batch_size, order): 2, [0, 1, 2, -1] must raise ValueError"
Echoes: -

Takes any list for an order.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def gradient(w: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """The gradient (D,) of the mean squared error of these samples."""
    return 2 / len(y) * X.T @ (X @ w - y)


def sgd_epoch(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int, order: Sequence[int]) -> tuple[Tensor, int]:
    if not 1 <= batch_size <= len(y):
        raise ValueError(f"batch_size must be from 1 to {len(y)}, not {batch_size}")
    updates = 0
    for start in range(0, len(y), batch_size):
        i = list(order[start : start + batch_size])  # the last batch may be short
        w = w - lr * gradient(w, X[i], y[i])  # at the w of now, not of the epoch's start
        updates += 1
    return w, updates


def gradient_noise(
    w: Tensor, X: Tensor, y: Tensor, batch_size: int, trials: int, seed: int = 0
) -> tuple[Tensor, float]:
    if not 1 <= batch_size <= len(y):
        raise ValueError(f"batch_size must be from 1 to {len(y)}, not {batch_size}")
    generator = torch.Generator().manual_seed(seed)
    batches = [torch.randperm(len(y), generator=generator)[:batch_size] for _ in range(trials)]
    gradients = torch.stack([gradient(w, X[i], y[i]) for i in batches])  # (trials, D)
    distances = (gradients - gradient(w, X, y)).square().sum(dim=1)
    return gradients.mean(dim=0), distances.mean().item()
