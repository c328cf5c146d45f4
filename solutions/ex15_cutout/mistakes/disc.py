"""Must fail: test_one_rectangle
Says: "but a box with parts of it missing"
Echoes: -

A disc of diameter size.
"""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4:
        raise ValueError("images must have 4 dimensions")
    if size < 0:
        raise ValueError("size must be >= 0")
    if size == 0:
        return images.clone()
    n, c, h, w = images.shape
    dy = torch.arange(h) - torch.randint(h, (n, 1))
    dx = torch.arange(w) - torch.randint(w, (n, 1))
    hole = (dy[:, None, :, None] ** 2 + dx[:, None, None, :] ** 2) * 4 <= size * size
    return images.masked_fill(hole, fill)
