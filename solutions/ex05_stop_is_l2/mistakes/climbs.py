"""Must fail: test_descent
Says: "it goes uphill"
Echoes: test_overshoot, test_descent_at_rest, test_descent_keeps

With a plus the walk leads uphill.
"""

import torch
from torch import Tensor


def gd_on_quadratic(H: Tensor, w_star: Tensor, lr: float, steps: int) -> Tensor:
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    if lr <= 0:
        raise ValueError(f"lr must be positive, got {lr}")
    w = torch.zeros_like(w_star)  # (d,)
    for _ in range(steps):
        w = w + lr * (H @ (w - w_star))
    return w


def gd_shrinkage(eigenvalues: Tensor, lr: float, steps: int) -> Tensor:
    remaining = (1 - lr * eigenvalues) ** steps  # each step leaves this share of the distance to w*
    return 1 - remaining


def ridge_shrinkage(eigenvalues: Tensor, alpha: float) -> Tensor:
    if alpha < 0:
        raise ValueError(f"alpha must not be negative, got {alpha}")
    return eigenvalues / (eigenvalues + alpha)  # solves λ(w - w*) + αw = 0


def equivalent_alpha(lr: float, steps: int) -> float:
    if steps < 1:
        raise ValueError(f"at least one step is needed, got {steps}")
    return 1 / (lr * steps)
