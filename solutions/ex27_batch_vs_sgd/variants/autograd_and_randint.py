"""Gradients by autograd, batches cut by torch.split, noise with replacement from the global generator."""

import torch
from torch.nn import functional


def slope(w, X, y):
    w = w.detach().clone().requires_grad_()
    (grad,) = torch.autograd.grad(functional.mse_loss(X @ w, y), w)
    return grad


def sgd_epoch(w, X, y, lr, batch_size, order):
    n = X.shape[0]
    if batch_size < 1 or batch_size > n:
        raise ValueError
    if len(order) != n or set(order) != set(range(n)):
        raise ValueError
    batches = torch.tensor(order).split(batch_size)
    for batch in batches:
        w = torch.sub(w, slope(w, X[batch], y[batch]), alpha=lr)
    return w, len(batches)


def gradient_noise(w, X, y, batch_size, trials, seed=0):
    if batch_size not in range(1, len(X) + 1):
        raise ValueError("batch_size")
    torch.manual_seed(seed)
    full = slope(w, X, y)
    total, distance = torch.zeros_like(full), 0.0
    for _ in range(trials):
        picked = torch.randint(len(X), (batch_size,))
        grad = slope(w, X[picked], y[picked])
        total += grad
        distance += float(torch.linalg.vector_norm(grad - full)) ** 2
    return total / trials, distance / trials
