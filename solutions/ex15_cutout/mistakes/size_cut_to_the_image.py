"""Must fail: test_extreme_sizes
Says: "a hole is"
Echoes: -

Cuts the size to the longer side first, so that a corner stays visible where all should be hidden.
"""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), got shape {tuple(images.shape)}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    height, width = images.shape[-2:]
    erased = images.clone()  # the data set itself must stay whole
    size = min(size, max(height, width))
    for image in erased:  # (C, H, W), a view: writing into it writes into `erased`
        top = int(torch.randint(height, ())) - size // 2
        left = int(torch.randint(width, ())) - size // 2
        # The start is cut off at 0, as a negative one would count from the other end; a slice may end behind the image.
        image[:, max(top, 0) : top + size, max(left, 0) : left + size] = fill
    return erased
