"""Every matrix written out in full, compose by right-multiplication of the reversed list, points in their own dtype."""

from functools import reduce

import torch
from torch import Tensor


def fill(a: float, b: float, tx: float, c: float, d: float, ty: float) -> Tensor:
    out = torch.eye(3).double()
    out[:2] = torch.tensor([[a, b, tx], [c, d, ty]], dtype=torch.double)
    return out


def hflip(width: int) -> Tensor:
    return fill(-1, 0, width - 1, 0, 1, 0)


def translation(tx: float, ty: float) -> Tensor:
    return fill(1, 0, tx, 0, 1, ty)


def shear(kx: float, ky: float = 0.0) -> Tensor:
    return fill(1, kx, 0, ky, 1, 0)


def rotation(degrees: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.double))
    c, s = float(angle.cos()), float(angle.sin())
    x, y = center
    return fill(c, -s, x - c * x + s * y, s, c, y - s * x - c * y)


def scaling(s: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    if not s:
        raise ValueError("s is 0")
    x, y = center
    return fill(s, 0, (1 - s) * x, 0, s, (1 - s) * y)


def compose(*matrices: Tensor) -> Tensor:
    if not matrices:
        return torch.eye(3, dtype=torch.double)
    return reduce(torch.matmul, reversed(matrices))


def apply(matrix: Tensor, points: Tensor) -> Tensor:
    if points.dim() != 2 or points.size(-1) != 2:
        raise ValueError("points: (K, 2)")
    return torch.addmm(matrix[:2, 2].to(points), points, matrix[:2, :2].t().to(points))
