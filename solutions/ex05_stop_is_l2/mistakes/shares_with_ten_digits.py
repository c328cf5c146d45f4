"""Must fail: test_formula_keeps
Says: "only the first digits are right"
Echoes: -

Computes with ten decimal digits.
"""

from decimal import Decimal, localcontext

import torch


def gd_on_quadratic(H, w_star, lr, steps):
    if steps < 0 or lr <= 0:
        raise ValueError("steps >= 0 and lr > 0")
    rows, goal = H.tolist(), w_star.tolist()
    w = [0.0] * len(goal)
    for _ in range(steps):
        e = [a - b for a, b in zip(w, goal)]
        w = [wi - lr * sum(h * ej for h, ej in zip(row, e)) for wi, row in zip(w, rows)]
    return torch.tensor(w, dtype=w_star.dtype)


def gd_shrinkage(eigenvalues, lr, steps):
    with localcontext() as ctx:
        ctx.prec = 10
        shares = [float(1 - (1 - Decimal(lr) * Decimal(lam)) ** steps) for lam in eigenvalues.tolist()]
    return torch.tensor(shares, dtype=eigenvalues.dtype)


def ridge_shrinkage(eigenvalues, alpha):
    if alpha < 0:
        raise ValueError("alpha >= 0")
    return torch.tensor(
        [1.0 if alpha == 0 else lam / (lam + alpha) for lam in eigenvalues.tolist()], dtype=eigenvalues.dtype
    )


def equivalent_alpha(lr, steps):
    if steps < 1:
        raise ValueError("steps >= 1")
    return float(1 / (Decimal(lr) * steps))
