"""Must fail: test_table
Says: "is of type int for some arguments"
Echoes: -

Gives an int where alpha is whole.
"""

import torch
from torch import Tensor


def gd_on_quadratic(H: Tensor, w_star: Tensor, lr: float, steps: int) -> Tensor:
    if steps < 0:
        raise ValueError("steps must be >= 0")
    if lr <= 0:
        raise ValueError("lr must be > 0")
    w = torch.zeros_like(w_star)
    for _ in range(steps):
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
    a = 1 / (lr * steps)
    return int(a) if a == int(a) else a
