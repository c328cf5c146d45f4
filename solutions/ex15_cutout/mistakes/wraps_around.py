"""Must fail: test_one_rectangle
Says: "what sticks out comes in again at the other side"
Echoes: -

What sticks out comes in again on the other side.
"""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4:
        raise ValueError("images must have 4 dimensions")
    if size < 0:
        raise ValueError("size must be >= 0")
    n, c, h, w = images.shape
    top = torch.randint(0, h, (n, 1)) - size // 2
    left = torch.randint(0, w, (n, 1)) - size // 2
    rows = (torch.arange(h) - top) % h < size
    cols = (torch.arange(w) - left) % w < size
    hole = rows[:, None, :, None] & cols[:, None, None, :]
    return images.masked_fill(hole, fill)
