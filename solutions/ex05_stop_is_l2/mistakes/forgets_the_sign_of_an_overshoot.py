"""Must fail: test_overshoot
Says: "ηλ up to"
Echoes: -

The distance shrinks by |1 - ηλ|, so the walk never changes sides.
"""

import torch
from torch import Tensor


def gd_on_quadratic(H: Tensor, w_star: Tensor, lr: float, steps: int) -> Tensor:
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    if lr <= 0:
        raise ValueError(f"lr must be positive, got {lr}")
    lam, basis = torch.linalg.eigh(H)
    remaining = (1 - lr * lam).abs() ** steps
    return basis @ ((1 - remaining) * (basis.T @ w_star))


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
