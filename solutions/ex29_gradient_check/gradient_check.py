"""A numerical gradient by central differences, and a verdict about an analytical one."""

from collections.abc import Callable

import torch
from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor | float], x: Tensor, eps: float = 1e-5) -> Tensor:
    if not eps > 0:
        raise ValueError(f"eps must be above 0, got {eps}")
    flat = x.double().flatten().clone()  # double() and flatten() may both hand out x itself
    gradient = torch.empty_like(flat)
    for i, old in enumerate(flat.tolist()):
        flat[i] = old + eps
        above = float(f(flat.view(x.shape)))
        flat[i] = old - eps
        below = float(f(flat.view(x.shape)))
        flat[i] = old
        gradient[i] = (above - below) / (2 * eps)
    return gradient.view(x.shape)


def relative_error(a: Tensor, b: Tensor) -> float:
    size = (a.abs() + b.abs()).clamp(min=1e-12)
    return ((a - b).abs() / size).max().item()


def check_gradient(f: Callable, grad: Callable, x: Tensor, tol: float = 1e-6) -> bool:
    x = x.double()
    return relative_error(grad(x), numerical_gradient(f, x)) <= tol  # False for nan
