"""b is the weight of a column of ones; updates in place; sums over samples in a loop for the gradients."""

import torch


def predict(X, w, b):
    return torch.einsum("nd,d->n", X, w) + b


def mse(pred, y):
    if pred.shape != y.shape or pred.ndim != y.ndim:
        raise ValueError("shapes")
    return torch.mean(torch.square(pred - y))


def gradients(X, y, w, b):
    gw, gb = torch.zeros_like(w), torch.zeros((), dtype=X.dtype)
    for x, target in zip(X, y, strict=True):
        error = x @ w + b - target
        gw += 2 * error * x / len(X)
        gb += 2 * error / len(X)
    return gw, gb


def fit_linear(X, y, lr, steps):
    if lr <= 0 or steps < 0:
        raise ValueError("bad lr or steps")
    wide = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
    theta, losses = torch.zeros(wide.shape[1], dtype=X.dtype), []
    while len(losses) < steps:
        error = wide @ theta - y
        losses.append(error.square().mean().item())
        theta.sub_(lr * 2 * wide.mT @ error / len(X))
    return theta[:-1], theta[-1], losses
