"""Must fail: test_fill
Says: "color of a changed pixel"
Echoes: -

Fills the hole with the next image of the batch, as CutMix does.
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
    for image, other in zip(erased, images.roll(1, dims=0), strict=True):  # (C, H, W) each, `image` a view
        top = int(torch.randint(height, ())) - size // 2
        left = int(torch.randint(width, ())) - size // 2
        rows, columns = slice(max(top, 0), top + size), slice(max(left, 0), left + size)
        image[:, rows, columns] = other[:, rows, columns]
    return erased
