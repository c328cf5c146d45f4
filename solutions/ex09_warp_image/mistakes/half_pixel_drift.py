"""Must fail: test_identity
Says: "pixel centers are whole numbers here"
Echoes: test_whole_pixel_shift, test_fill, test_hflip, test_quarter_turn, test_half_a_pixel, test_nearest, test_agrees_with_grid_sample, test_channels, test_not_square, test_zoom_leaves_no_holes
Because: every place in every image is read half a pixel off

Target pixels are taken to lie at 0.5, 1.5 and so on.
"""  # noqa: E501

import torch
from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"mode must be bilinear or nearest, got {mode!r}")
    if image.ndim not in (2, 3):
        raise ValueError(f"image must have shape (H, W) or (C, H, W), got {tuple(image.shape)}")
    try:
        inverse = torch.linalg.inv(matrix)
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
    x, y, _ = (inverse @ (targets + 0.5).reshape(3, -1)).reshape(3, height, width)
    if mode == "nearest":
        return pixel(x.round(), y.round())
    left, top = x.floor(), y.floor()  # floor, not int(): left of column 0 they differ
    dx, dy = x - left, y - top
    upper = (1 - dx) * pixel(left, top) + dx * pixel(left + 1, top)
    lower = (1 - dx) * pixel(left, top + 1) + dx * pixel(left + 1, top + 1)
    return (1 - dy) * upper + dy * lower
