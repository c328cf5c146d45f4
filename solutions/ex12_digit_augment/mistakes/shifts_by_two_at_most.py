"""Must fail: test_offsets
Says: "largest offset of a dot in x or y, in 60 calls: expected 4 to 5, saw 2"
Echoes: -

Shifts by 2 pixels at most, whatever is asked for.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

_GEN = torch.Generator()
_GEN.seed()


@dataclass(frozen=True)
class Draw:
    angle: float
    dx: int
    dy: int

    @classmethod
    def new(cls, shift, degrees):
        u = torch.rand((), generator=_GEN, dtype=torch.float64).item()
        dx = torch.randint(2 * shift + 1, (), generator=_GEN).item() - shift
        dy = torch.randint(2 * shift + 1, (), generator=_GEN).item() - shift
        return cls(math.radians(degrees * (2 * u - 1)), dx, dy)

    def theta(self, size):
        c, s = math.cos(self.angle), math.sin(self.angle)
        mx, my = -2 * self.dx / size, -2 * self.dy / size
        return [[c, -s, c * mx - s * my], [s, c, s * mx + c * my]]


def digit_augment(images, shift=1, degrees=10.0):
    if shift < 0 or degrees < 0:
        raise ValueError(f"{shift=}, {degrees=}")
    shift = min(shift, 2)
    theta = torch.tensor([Draw.new(shift, degrees).theta(images.size(-1)) for _ in images], dtype=images.dtype)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def random_crop_same_size(images, crop):
    h, w = images.size(-2), images.size(-1)
    if crop < 1 or crop > min(h, w):
        raise ValueError(f"{crop=}")
    t, left = (torch.randint(size - crop + 1, (), generator=_GEN).item() for size in (h, w))
    out = images.new_zeros(images.shape)
    out[:, :, h - crop :, w - crop :] = images[:, :, t : t + crop, left : left + crop]
    return out
