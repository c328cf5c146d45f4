"""NumPy inside: the data in the given order, and all trials as one table of indices."""

import math

import numpy as np
import torch


def sgd_epoch(w, X, y, lr, batch_size, order):
    n = len(y)
    if not 0 < batch_size < n + 1:
        raise ValueError(f"batch_size {batch_size}")
    if list(range(n)) != sorted(order):
        raise ValueError("order is no permutation")
    A, t, v = X.numpy()[list(order)], y.numpy()[list(order)], w.numpy().copy()
    count = math.ceil(n / batch_size)
    for number in range(count):
        rows = slice(number * batch_size, min(n, (number + 1) * batch_size))
        error = A[rows] @ v - t[rows]
        v -= lr * 2 * np.mean(error[:, None] * A[rows], axis=0)
    return torch.from_numpy(v), count


def gradient_noise(w, X, y, batch_size, trials, seed=0):
    if batch_size < 1 or batch_size > len(y):
        raise ValueError("batch_size must be from 1 to N")
    rng = np.random.default_rng(seed)
    A, t, v = (part.numpy().astype(np.float64) for part in (X, y, w))
    single = 2 * (A @ v - t)[:, None] * A
    rows = np.array([rng.choice(len(t), batch_size, replace=False) for _ in range(trials)])
    means = single[rows].mean(axis=1)
    distance = np.square(means - single.mean(axis=0)).sum(axis=1).mean()
    return torch.from_numpy(means.mean(axis=0)).to(X.dtype), float(distance)
