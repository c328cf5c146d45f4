"""NumPy throughout: weights of the average written out, conditions as one table of lazy entries."""

import numpy as np
import torch


def smooth(values, beta=0.9):
    if beta < 0 or beta >= 1:
        raise ValueError
    v = np.asarray(values, dtype=np.float64)
    smoothed = []
    for t in range(1, len(v) + 1):
        weights = beta ** np.arange(t - 1, -1, -1.0)
        smoothed.append(float(np.average(v[:t], weights=weights)))
    return smoothed


def grad_norm(model):
    pieces = [p.grad.detach().flatten().double() for p in model.parameters() if p.grad is not None]
    return float(torch.linalg.vector_norm(torch.cat(pieces))) if pieces else 0.0


def diagnose(train_loss, val_loss, num_classes=None):
    n = len(train_loss)
    if n == 0 or n != len(val_loss):
        raise ValueError("lengths")
    train, val = np.array(train_loss, float), np.array(val_loss, float)
    window = max(1, min(3, n // 2))
    ends = np.median(train[-window:]), np.median(val[-window:])
    ln_k = np.log(num_classes) if num_classes is not None else np.nan
    scale = 0.1 if num_classes is None else 0.1 * ln_k
    table = [
        ("non_finite", lambda: not np.isfinite(np.concatenate([train, val])).all()),
        ("diverging", lambda: ends[0] > max(2 * train.min(), train.min() + 0.1 * train[0])),
        ("spike", lambda: n >= 5 and spiky(train)),
        ("plateau", lambda: abs(np.median(train) / ln_k - 1) < 0.05 and train.min() > 0.9 * ln_k),
        ("not_learning", lambda: train.min() > 0.95 * train[0] and train[0] > scale),
        ("suspicious", lambda: ends[1] < ends[0] / 2),
        ("overfitting", lambda: ends[1] > 1.1 * val.min() and ends[0] < train[val.argmin()]),
    ]
    return next((name for name, holds in table if holds()), "healthy")


def spiky(train):
    lowest = np.minimum.accumulate(train)[:-1]
    return bool((train[1:] > np.maximum(2 * lowest, lowest + 0.1 * train[0])).any())
