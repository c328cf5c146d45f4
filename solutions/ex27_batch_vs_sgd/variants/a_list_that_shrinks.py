"""Takes batches off the front of a list; random.sample for the noise; the gradient as a sum over samples."""

import random

import torch


def slope(w, X, y, indices):
    total = torch.zeros_like(w)
    for i in indices:
        total = total + 2 * (X[i] @ w - y[i]) * X[i]
    return total / len(indices)


def sgd_epoch(w, X, y, lr, batch_size, order):
    if batch_size < 1 or batch_size > len(y):
        raise ValueError("bad batch_size")
    rest = list(order)
    if sorted(rest) != [*range(len(y))]:
        raise ValueError("bad order")
    new, updates = w.clone(), 0
    while rest:
        batch, rest = rest[:batch_size], rest[batch_size:]
        new -= lr * slope(new, X, y, batch)
        updates += 1
    return new, updates


def gradient_noise(w, X, y, batch_size, trials, seed=0):
    if batch_size < 1 or batch_size > len(y):
        raise ValueError("bad batch_size")
    luck = random.Random(seed)
    full = 2 * ((X @ w - y)[:, None] * X).mean(0)
    grads = []
    for _ in range(trials):
        picked = luck.sample(range(len(y)), batch_size)
        grads.append(2 / batch_size * X[picked].T @ (X[picked] @ w - y[picked]))
    noise = sum(float(((g - full) ** 2).sum()) for g in grads) / len(grads)
    return sum(grads) / len(grads), noise
