"""Must fail: test_no_tiny_holes, test_extreme_sizes
Says: "such holes are cut off at all edges"
Echoes: -

The square may touch the image with a single pixel.
"""

import random

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4:
        raise ValueError("images must have 4 dimensions")
    if size < 0:
        raise ValueError("size must be >= 0")
    if size == 0:
        return images.clone()
    out = images.clone()
    h, w = out.shape[-2:]
    for img in out:
        y, x = random.randint(1 - size, h - 1), random.randint(1 - size, w - 1)
        img[:, max(y, 0) : max(y + size, 0), max(x, 0) : max(x + size, 0)] = fill
    return out
