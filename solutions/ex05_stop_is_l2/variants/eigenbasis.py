"""Goes through the eigendecomposition and writes the factors with expm1 and log1p."""

import torch


def gd_on_quadratic(H, w_star, lr, steps):
    if not (steps >= 0 and lr > 0):
        raise ValueError("steps >= 0 and lr > 0, please")
    eigenvalues, Q = torch.linalg.eigh(H)
    share = 1 - torch.pow(1 - lr * eigenvalues, steps)
    return Q @ torch.diag(share) @ Q.mT @ w_star


def gd_shrinkage(eigenvalues, lr, steps):
    return -torch.expm1(steps * torch.log1p(-lr * eigenvalues))


def ridge_shrinkage(eigenvalues, alpha):
    if alpha < 0:
        raise ValueError("negative penalty")
    return 1 / (1 + alpha / eigenvalues)


def equivalent_alpha(lr, steps):
    if steps <= 0:
        raise ValueError("no steps")
    return lr**-1 / steps
