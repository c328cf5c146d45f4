"""Must fail: test_one_rectangle
Says: "not one rectangle"
Echoes: test_every_pixel, test_limits

Indexes rows and columns in pairs, which hides a diagonal line only.
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
    for image in erased:  # (C, H, W), a view: writing into it writes into `erased`
        top = int(torch.randint(height, ())) - size // 2
        left = int(torch.randint(width, ())) - size // 2
        rows = torch.arange(max(top, 0), min(top + size, height))
        columns = torch.arange(max(left, 0), min(left + size, width))
        n = min(len(rows), len(columns))
        image[:, rows[:n], columns[:n]] = fill
    return erased
