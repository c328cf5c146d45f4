"""One matrix of steps, a shifted copy of x per row; numbers by plain Python; eps goes with the size of the entry."""

import math

import torch


def numerical_gradient(f, x, eps=1e-5):
    if eps <= 0:
        raise ValueError
    with torch.no_grad():
        center = x.detach().to(torch.float64)
        result = []
        for place in range(center.numel()):
            step = torch.zeros(center.numel(), dtype=torch.float64)
            step[place] = eps * max(1.0, abs(center.reshape(-1)[place].item()))
            step = step.reshape(center.shape)
            result.append((f(center + step) - f(center - step)) / (2 * step.sum()))
    return torch.tensor([float(one) for one in result], dtype=torch.float64).reshape(x.shape)


def relative_error(a, b):
    worst = 0.0
    for p, q in zip(a.flatten().tolist(), b.flatten().tolist(), strict=True):
        worst = max(worst, abs(p - q) / max(abs(p) + abs(q), 1e-12))
    return worst


def check_gradient(f, grad, x, tol=1e-6):
    exact = grad(x.double().clone())
    if not all(map(math.isfinite, exact.flatten().tolist())):
        return False
    return relative_error(exact, numerical_gradient(f, x)) <= tol
