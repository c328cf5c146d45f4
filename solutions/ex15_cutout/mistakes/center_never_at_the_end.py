"""Must fail: test_every_pixel
Says: "size 1 on 6×6 images"
Echoes: -

Center from 0 .. H - 2, a hole of size 1 never hits the last row or column.
"""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4:
        raise ValueError("images must have 4 dimensions")
    if size < 0:
        raise ValueError("size must be >= 0")
    n, c, h, w = images.shape
    top = torch.randint(0, max(h - 1, 1), (n, 1)) - size // 2
    left = torch.randint(0, max(w - 1, 1), (n, 1)) - size // 2
    r, q = torch.arange(h), torch.arange(w)
    rows = (r >= top) & (r < top + size)
    cols = (q >= left) & (q < left + size)
    hole = rows[:, None, :, None] & cols[:, None, None, :]
    return images.masked_fill(hole, fill)
