"""Lets autograd find the gradient, and counts the shares with a loop and in NumPy."""

import numpy as np
import torch


def gd_on_quadratic(H, w_star, lr, steps):
    if steps < 0 or lr <= 0:
        raise ValueError(f"cannot go {steps} steps of size {lr}")
    w = torch.zeros(len(w_star), dtype=H.dtype, requires_grad=True)
    for _ in range(steps):
        away = w - w_star
        (slope,) = torch.autograd.grad(away @ H @ away / 2, w)
        w.data.sub_(slope, alpha=lr)
    return w.detach()


def gd_shrinkage(eigenvalues, lr, steps):
    share = torch.zeros_like(eigenvalues)
    for _ in range(steps):
        share = share + lr * eigenvalues * (1 - share)
    return share


def ridge_shrinkage(eigenvalues, alpha):
    if alpha < 0:
        raise ValueError("alpha < 0")
    lam = eigenvalues.numpy()
    return torch.from_numpy(1 - alpha / (lam + alpha))


def equivalent_alpha(lr, steps):
    if steps < 1:
        raise ValueError("steps < 1")
    return np.reciprocal(np.float64(lr) * steps)
