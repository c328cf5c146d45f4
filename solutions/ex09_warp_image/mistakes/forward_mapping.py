"""Must fail: test_zoom_leaves_no_holes
Says: "pixels nobody wrote: go from target to source"
Echoes: test_half_a_pixel, test_agrees_with_grid_sample, test_not_square, test_nearest
Sometimes: test_nearest

Every source pixel is written to the place where it goes; the places between get nothing.
"""

import torch
from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"mode must be bilinear or nearest, got {mode!r}")
    if image.ndim not in (2, 3):
        raise ValueError(f"image must have shape (H, W) or (C, H, W), got {tuple(image.shape)}")
    if torch.linalg.det(matrix) == 0:
        raise ValueError("the matrix has no inverse")
    height, width = image.shape[-2:]

    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    targets = torch.stack([x, y, torch.ones_like(x)]).to(matrix)  # (3, H, W): x', y', 1
    u, v, _ = (matrix @ targets.reshape(3, -1)).round().long().reshape(3, height, width)
    hit = (u >= 0) & (u < width) & (v >= 0) & (v < height)
    out = torch.full_like(image, fill)
    out[..., v[hit], u[hit]] = image[..., y[hit], x[hit]]
    return out
