"""Must fail: test_rest_is_untouched
Says: "scaled up for what is hidden, as dropout does"
Echoes: -

The visible pixels are scaled up by the hidden share, as in dropout.
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
    seen = 1 - hole.float().mean(dim=(1, 2, 3), keepdim=True)
    return torch.where(hole, fill, images / seen.clamp_min(1e-3)).to(images.dtype)
