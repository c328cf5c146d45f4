"""NumPy underneath, the turn taken from a complex exponential, points moved one at a time."""

import numpy as np
import torch
from torch import Tensor

IDENTITY = np.eye(3)


def changed(entries: dict[tuple[int, int], float]) -> Tensor:
    out = IDENTITY.copy()
    for place, value in entries.items():
        out[place] = value
    return torch.from_numpy(out)


def hflip(width: int) -> Tensor:
    return changed({(0, 0): -1, (0, 2): width - 1})


def translation(tx: float, ty: float) -> Tensor:
    return changed({(0, 2): tx, (1, 2): ty})


def shear(kx: float, ky: float = 0.0) -> Tensor:
    return changed({(0, 1): kx, (1, 0): ky})


def turned(z: complex, center: tuple[float, float]) -> Tensor:
    """x + iy -> z * (x + iy - c) + c."""
    c = complex(*center)
    shift = c - z * c
    return changed(
        {(0, 0): z.real, (0, 1): -z.imag, (1, 0): z.imag, (1, 1): z.real, (0, 2): shift.real, (1, 2): shift.imag}
    )


def rotation(degrees: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    return turned(np.exp(1j * np.pi * degrees / 180), center)


def scaling(s: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    if s == 0:
        raise ValueError("cannot scale by zero")
    return turned(complex(s), center)


def compose(*matrices: Tensor) -> Tensor:
    total = IDENTITY
    for one in matrices:
        total = one.numpy() @ total
    return torch.tensor(total)


def apply(matrix: Tensor, points: Tensor) -> Tensor:
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"cannot read points from shape {points.shape}")
    moved = [matrix.numpy() @ np.array([x, y, 1.0]) for x, y in points.tolist()]
    return torch.tensor(np.array(moved)[:, :2])
