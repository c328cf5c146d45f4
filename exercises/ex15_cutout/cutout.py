"""Cutout: paint one random square of every image with a constant."""

from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    """Hide one square of each image.

    images: (N, C, H, W), finite numbers in float16, float32 or float64 (bfloat16: free); H and W may differ. Returns
    the images only, one tensor of the same shape and dtype; the tensor given stays as it is. `fill` is a finite number
    that the dtype can hold.

    Each image gets one hole of its own, drawn anew in every call, rows and columns independently: a rectangle in which
    all channels are `fill` (rounded to float32 or to the dtype: free). Pixels outside it keep their values exactly (the
    sign of a zero: free).
    No side of a hole is longer than `size`. None is shorter than `size // 2`, or than 1 pixel where that is 0, or than
    the image where that is less. Two usual ways fulfill this: let the center be any pixel and cut off what sticks out,
    or place the square fully inside.
    Free: sides drawn within these bounds, a square that comes out one pixel less, to which side an even one leans, rows
    placed one way and columns the other, images drawn one by one or all together, and how likely each place is, as long
    as every pixel of the image is hit now and then, also by a hole of size 1.

    size = 0 changes nothing (a copy or the same tensor: free). A size as large as the image or larger is allowed; from
    twice the image's longer side on, all of it is hidden.
    ValueError: size < 0, or images with other than 4 dimensions (whatever the size).
    """
    raise NotImplementedError("cutout: not written yet")
