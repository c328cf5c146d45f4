"""Must fail: test_no_tiny_holes
Says: "none is cut off at the top or left edge"
Echoes: test_holes_move, test_extreme_sizes, test_all_channels

A start below 0 counts from the other end, so that the slice is empty.
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
        image[:, top : top + size, left : left + size] = fill
    return erased
