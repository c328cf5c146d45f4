"""Must fail: test_no_tiny_holes, test_extreme_sizes
Says: "such holes lie in the middle of images too"
Echoes: -

The side is drawn from 1 .. size for each image.
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
        s = random.randint(1, size)
        y, x = random.randrange(h) - s // 2, random.randrange(w) - s // 2
        img[:, max(y, 0) : max(y + s, 0), max(x, 0) : max(x + s, 0)] = fill
    return out
