"""Warp an image with a 3×3 matrix: for every pixel of the result, ask where it came from."""

from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    """The image as `matrix` moves it, of the same shape: (H, W) or (C, H, W), a float tensor, every channel alike.

    `matrix` (3, 3), of the same float type, sends a source place (x, y) to a target place, as in ex08: (x', y', 1) =
    matrix @ (x, y, 1), x being the column and y the row, pixel centers being whole numbers. So the pixel in row y',
    column x' of the result shows the image at (x, y, 1) = inverse(matrix) @ (x', y', 1).

    mode "bilinear": a place between pixels takes the four around it, each weighted by its nearness in x times in y.
    mode "nearest": it takes the nearest pixel.
    A place a whole pixel or more outside the image gives `fill`; what is done on the ring closer than that is free.

    `image` is not modified. ValueError for a matrix without an inverse, for another mode, and for an image that has
    neither two nor three axes.
    """
    raise NotImplementedError("warp_image: not written yet")
