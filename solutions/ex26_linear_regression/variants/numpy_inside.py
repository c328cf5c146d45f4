"""Computes in NumPy and float64, and goes back to the dtype of X."""

import numpy as np
import torch


def predict(X, w, b):
    return torch.addmv(torch.as_tensor(b, dtype=X.dtype).expand(len(X)), X, w)


def mse(pred, y):
    if list(pred.shape) != list(y.shape):
        raise ValueError(f"{pred.shape} against {y.shape}")
    return (pred - y).pow(2).sum() / pred.numel()


def slopes(X, y, w, b):
    error = X @ w + b - y
    return 2 * X.T @ error / len(y), 2 * np.mean(error)


def gradients(X, y, w, b):
    gw, gb = slopes(X.numpy().astype(float), y.numpy(), w.numpy(), float(b))
    return torch.from_numpy(gw).to(X.dtype), torch.tensor(gb, dtype=X.dtype)


def fit_linear(X, y, lr, steps):
    if min(lr, steps + 1) <= 0:
        raise ValueError("lr must be above 0, steps at least 0")
    A, t = X.numpy().astype(float), y.numpy().astype(float)
    w, b, losses = np.zeros(A.shape[1]), 0.0, []
    for _ in range(steps):
        losses.append(np.square(A @ w + b - t).mean())
        gw, gb = slopes(A, t, w, b)
        w -= lr * gw
        b -= lr * gb
    return torch.from_numpy(w).to(X.dtype), torch.tensor(b).to(X.dtype), losses
