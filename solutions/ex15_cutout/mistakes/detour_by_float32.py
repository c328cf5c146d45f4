"""Must fail: test_rest_is_untouched
Says: "float64 images, fill -20.5: pixels outside the hole changed (rounded"
Echoes: -

Goes through float32 and back, float64 pixels lose digits.
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
    r, q = torch.arange(h), torch.arange(w)
    rows = (r >= top) & (r < top + size)
    cols = (q >= left) & (q < left + size)
    hole = rows[:, None, :, None] & cols[:, None, None, :]
    return images.to(torch.float32).masked_fill(hole, fill).to(images.dtype)
