"""Positions as clock hands: Vaswani et al., "Attention Is All You Need" (2017), section 3.5."""

import torch
from torch import Tensor


def positions(n: int, dim: int) -> Tensor:
    if dim % 2:
        raise ValueError("a pair of sine and cosine needs an even dim")
    rates = 10000 ** (-torch.arange(0, dim, 2) / dim)  # (dim / 2)
    angles = torch.arange(n)[:, None] * rates  # (n, dim / 2)
    return torch.stack((angles.sin(), angles.cos()), -1).reshape(n, dim)


def add_positions(x: Tensor) -> Tensor:
    return x + positions(*x.shape)
