"""No loop: squares that lie fully inside, as a mask made by comparing coordinates."""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4 or size < 0:
        raise ValueError("images must be (N, C, H, W) and size at least 0")
    n, _, height, width = images.shape
    h, w = min(size, height), min(size, width)
    top = torch.randint(0, height - h + 1, (n, 1, 1, 1))
    left = torch.randint(0, width - w + 1, (n, 1, 1, 1))
    y, x = torch.arange(height)[:, None], torch.arange(width)
    hole = (y >= top) & (y < top + h) & (x >= left) & (x < left + w)  # (N, 1, H, W)
    return images.masked_fill(hole, fill)
