"""Must fail: test_no_tiny_holes, test_extreme_sizes
Says: "such holes are cut off at the top or left edge only"
Echoes: -

Size is halved twice, the side is size // 2 before the cut.
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
    size = max(size // 2, 1)
    out = images.clone()
    h, w = out.shape[-2:]
    for img in out:
        y, x = random.randrange(h) - size // 2, random.randrange(w) - size // 2
        img[:, max(y, 0) : max(y + size, 0), max(x, 0) : max(x + size, 0)] = fill
    return out
