"""Warp an image with a 3×3 matrix: for every pixel of the result, ask where it came from."""

from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    """The image as `matrix` moves it, of the same shape and dtype: (H, W) or (C, H, W), every channel alike.

    Images are float32 or float64, with H and W of at least 2. `matrix` (3, 3), of the same dtype, sends a source place
    (x, y) to a target place, as in ex08: (x', y', 1) = matrix @ (x, y, 1), x being the column and y the row, pixel
    centers being whole numbers. So the pixel in row y', column x' of the result shows the image at
    (x, y, 1) = inverse(matrix) @ (x', y', 1).

    mode "bilinear": a place between pixels takes the four around it, each weighted by its nearness in x times in y.
    mode "nearest": it takes the nearest pixel; which one where two are equally near is free.
    In both modes a place a whole pixel or more outside in x or in y (x <= -1, x >= W, y <= -1 or y >= H) gives `fill`.
    What is done on the ring closer to the image than that is free.

    Neither `image` nor `matrix` is modified. ValueError for a matrix without an inverse (for which torch.linalg.inv
    raises another error; zooms by 0.01 and by 100 do have one), for any other mode, and for an image that has neither
    two nor three axes.
    """
    raise NotImplementedError("warp_image: not written yet")
