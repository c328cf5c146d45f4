"""A right answer that looks unlike the solution."""

import math

import torch
from torch import Tensor


def positions(n: int, dim: int) -> Tensor:
    if dim % 2 == 1:
        raise ValueError
    table = torch.zeros(n, dim)
    for p in range(n):
        for i in range(dim // 2):
            angle = p / 10000 ** (2 * i / dim)
            table[p, 2 * i], table[p, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table


def add_positions(x: Tensor) -> Tensor:
    return positions(x.size(0), x.size(1)).add(x)
