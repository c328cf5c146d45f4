"""Must fail: test_one_rectangle, test_rest_is_untouched
Says: "but a cross of whole rows and whole columns"
Echoes: test_form_and_input
Sometimes: test_form_and_input

`|` instead of `&`: a cross of a full row band and a full column band.
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
    hole = rows[:, None, :, None] | cols[:, None, None, :]
    return images.masked_fill(hole, fill)
