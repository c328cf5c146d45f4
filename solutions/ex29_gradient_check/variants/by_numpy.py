"""Indices of a NumPy copy; the verdict asks all entries at once and is a boolean of NumPy."""

import numpy as np
import torch


def numerical_gradient(f, x, eps=1e-5):
    if not eps > 0:
        raise ValueError("eps must be positive")
    point = np.array(x.detach().numpy(), dtype=np.float64)
    slope = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        values = []
        for sign in (1, -1):
            moved = point.copy()
            moved[index] += sign * eps
            values.append(float(f(torch.from_numpy(moved))))
        slope[index] = (values[0] - values[1]) / eps / 2
    return torch.from_numpy(slope)


def relative_error(a, b):
    a, b = a.detach().numpy(), b.detach().numpy()
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)))


def check_gradient(f, grad, x, tol=1e-6):
    found, expected = grad(x.to(torch.float64)), numerical_gradient(f, x)
    near = (found - expected).abs() <= tol * (found.abs() + expected.abs()).clamp(min=1e-12)
    return bool(near.all() and torch.isfinite(found).all())
