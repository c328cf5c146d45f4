"""Must fail: test_scaling_by_zero
Says: "must be accepted, but raised ValueError: scale factor"
Echoes: -

Takes an s below 1e-12 for 0.
"""

import math

import torch


def _m(rows):
    return torch.DoubleTensor(rows)


def _cos_sin(degrees):
    d = math.fmod(degrees, 360.0)
    if d < 0:
        d += 360.0
    exact = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    if d in exact:
        return exact[d]
    return math.cos(math.radians(d)), math.sin(math.radians(d))


def hflip(width):
    return _m([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]])


def translation(tx, ty):
    return _m([[1, 0, tx], [0, 1, ty], [0, 0, 1]])


def shear(kx, ky=0.0):
    return _m([[1, kx, 0], [ky, 1, 0], [0, 0, 1]])


def rotation(degrees, center=(0, 0)):
    c, s = _cos_sin(degrees)
    x, y = map(float, center)
    return _m([[c, -s, x - (c * x - s * y)], [s, c, y - (s * x + c * y)], [0, 0, 1]])


def scaling(s, center=(0, 0)):
    if abs(s) < 1e-12:
        raise ValueError("scale factor 0 flattens the image")
    x, y = map(float, center)
    return _m([[s, 0, x * (1 - s)], [0, s, y * (1 - s)], [0, 0, 1]])


def compose(*matrices):
    if not matrices:
        return _m([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    return compose(*matrices[1:]) @ matrices[0]


def apply(matrix, points):
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"expected K x 2, got {list(points.shape)}")
    h = torch.column_stack((points, points.new_ones(points.shape[0])))
    out = matrix.matmul(h.mT).mT
    return out[:, :2] / out[:, 2:]
