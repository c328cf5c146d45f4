"""Must fail: test_descent_refuses
Says: "must raise ValueError, but nothing was raised"
Echoes: -

Checks the learning rate in every step, so not where there is none.
"""

import torch
from torch import Tensor


def gd_on_quadratic(H: Tensor, w_star: Tensor, lr: float, steps: int) -> Tensor:
    if steps < 0:
        raise ValueError("steps must be >= 0")
    w = torch.zeros_like(w_star)
    for _ in range(steps):
        if lr <= 0:
            raise ValueError("lr must be > 0")
        w = w - lr * (H @ (w - w_star))
    return w


def gd_shrinkage(eigenvalues: Tensor, lr: float, steps: int) -> Tensor:
    return -torch.expm1(steps * torch.log1p(-lr * eigenvalues))


def ridge_shrinkage(eigenvalues: Tensor, alpha: float) -> Tensor:
    if alpha < 0:
        raise ValueError("alpha must be >= 0")
    return eigenvalues / (eigenvalues + alpha)


def equivalent_alpha(lr: float, steps: int) -> float:
    if steps < 1:
        raise ValueError("steps must be >= 1")
    return 1 / (lr * steps)
