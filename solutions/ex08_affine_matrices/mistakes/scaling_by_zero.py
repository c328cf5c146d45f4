"""Must fail: test_scaling_by_zero
Says: "must raise ValueError, but nothing was raised"
Echoes: -

All points fall into one, and no map leads back.
"""

import math

import torch
from torch import Tensor


def matrix(*rows: list[float]) -> Tensor:
    """(3, 3) from the two rows that differ from one map to the other."""
    return torch.tensor([*rows, [0, 0, 1]], dtype=torch.float64)


def about(center: tuple[float, float], turn: Tensor) -> Tensor:
    """Moves the center to (0, 0), does what `turn` does there, and moves it back."""
    x, y = center
    return compose(translation(-x, -y), turn, translation(x, y))


def hflip(width: int) -> Tensor:
    return matrix([-1, 0, width - 1], [0, 1, 0])  # columns are 0 ... width - 1


def translation(tx: float, ty: float) -> Tensor:
    return matrix([1, 0, tx], [0, 1, ty])


def shear(kx: float, ky: float = 0.0) -> Tensor:
    return matrix([1, kx, 0], [ky, 1, 0])


def rotation(degrees: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return about(center, matrix([cos, -sin, 0], [sin, cos, 0]))


def scaling(s: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    return about(center, matrix([s, 0, 0], [0, s, 0]))


def compose(*matrices: Tensor) -> Tensor:
    out = torch.eye(3, dtype=torch.float64)
    for m in matrices:
        out = m @ out  # what acts later stands further left
    return out


def apply(matrix: Tensor, points: Tensor) -> Tensor:
    if points.shape[1:] != (2,):
        raise ValueError(f"points must have shape (K, 2), got {tuple(points.shape)}")
    ones = points.new_ones(len(points))  # (K,)
    columns = torch.column_stack([points, ones]).T  # (3, K): one point (x, y, 1) per column
    return (matrix @ columns)[:2].T  # (K, 2)
