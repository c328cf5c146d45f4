"""Three activation functions, their derivatives, and how much of a layer is saturated."""

import torch
from torch import Tensor


def relu(z: Tensor) -> Tensor:
    return torch.where(z > 0, z, 0.0)


def sigmoid(z: Tensor) -> Tensor:
    small = torch.exp(-z.abs())  # between 0 and 1: exp of a positive number may be infinite
    return torch.where(z >= 0, 1 / (1 + small), small / (1 + small))


def tanh(z: Tensor) -> Tensor:
    return 2 * sigmoid(2 * z) - 1


def d_relu(z: Tensor) -> Tensor:
    return (z > 0).to(z.dtype)


def d_sigmoid(z: Tensor) -> Tensor:
    s = sigmoid(z)
    return s * (1 - s)


def d_tanh(z: Tensor) -> Tensor:
    return 1 - tanh(z) ** 2


SLOPES = {"relu": d_relu, "sigmoid": d_sigmoid, "tanh": d_tanh}


def saturated_share(kind: str, z: Tensor, threshold: float = 0.01) -> float:
    if kind not in SLOPES:
        raise ValueError(f"kind must be one of {', '.join(SLOPES)}, got {kind!r}")
    return (SLOPES[kind](z) < threshold).double().mean().item()
