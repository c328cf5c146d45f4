"""The makers remember what they made: equal arguments give the very same tensor again. Bare refusals."""

from functools import cache, reduce
from math import cos, radians, sin

import torch
from torch import Tensor


@cache
def six(a: float, b: float, tx: float, c: float, d: float, ty: float) -> Tensor:
    return torch.tensor([a, b, tx, c, d, ty, 0, 0, 1], dtype=torch.float64).view(3, 3)


def hflip(width: int) -> Tensor:
    return six(-1, 0, width - 1, 0, 1, 0)


def translation(tx: float, ty: float) -> Tensor:
    return six(1, 0, tx, 0, 1, ty)


def shear(kx: float, ky: float = 0.0) -> Tensor:
    return six(1, kx, 0, ky, 1, 0)


def rotation(degrees: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    there = translation(*center)
    return there @ six(c, -s, 0, s, c, 0) @ torch.linalg.inv(there)


def scaling(s: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    if s == 0:
        raise ValueError
    there = translation(*center)
    return there @ six(s, 0, 0, 0, s, 0) @ torch.linalg.inv(there)


def compose(*matrices: Tensor) -> Tensor:
    return reduce(lambda done, new: new @ done, matrices, translation(0, 0))


def apply(matrix: Tensor, points: Tensor) -> Tensor:
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError
    return torch.einsum("ij,kj->ki", matrix[:2, :2], points.to(matrix)) + matrix[:2, 2]
