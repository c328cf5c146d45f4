"""Must fail: test_quarter_turn, test_agrees_with_grid_sample
Says: "turn by 90° about (3, 3)"
Echoes: test_zoom_leaves_no_holes, test_nearest, test_not_square

The shift is undone, the turn or the zoom is not.
"""

import torch
from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"mode must be bilinear or nearest, got {mode!r}")
    if image.ndim not in (2, 3):
        raise ValueError(f"image must have shape (H, W) or (C, H, W), got {tuple(image.shape)}")
    try:
        torch.linalg.inv(matrix)
    except torch.linalg.LinAlgError as error:
        raise ValueError("the matrix has no inverse, so no pixel knows where it came from") from error
    height, width = image.shape[-2:]

    def pixel(x: Tensor, y: Tensor) -> Tensor:
        """(..., H, W): the image at whole numbers x, y of shape (H, W), `fill` where there is no image."""
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        column, row = x.clamp(0, width - 1).long(), y.clamp(0, height - 1).long()
        return torch.where(inside, image[..., row, column], fill)

    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    targets = torch.stack([x, y, torch.ones_like(x)]).to(matrix)  # (3, H, W): x', y', 1
    moved = targets[:2] - matrix[:2, 2, None, None]
    x, y = (matrix[:2, :2] @ moved.reshape(2, -1)).reshape(2, height, width)
    if mode == "nearest":
        return pixel(x.round(), y.round())
    left, top = x.floor(), y.floor()  # floor, not int(): left of column 0 they differ
    dx, dy = x - left, y - top
    upper = (1 - dx) * pixel(left, top) + dx * pixel(left + 1, top)
    lower = (1 - dx) * pixel(left, top + 1) + dx * pixel(left + 1, top + 1)
    return (1 - dy) * upper + dy * lower
