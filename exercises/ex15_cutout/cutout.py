"""Cutout: paint one random square of every image with a constant."""

from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    """Hide one square of each image.

    images: (N, C, H, W) floats of any floating dtype, H and W may differ. Returns the images only, one tensor of the
    same shape and dtype; the tensor given stays as it is. `fill` is any finite number.

    Each image gets one hole of its own, drawn anew in every call, rows and columns independently: a rectangle in which
    all channels are exactly `fill`. Pixels outside it keep their values, bit for bit. No side of it is longer than
    `size`, none shorter than `size // 2` (or than 1, or than the image where that is less): let the center be any pixel
    and cut off what sticks out, or place the square fully inside.
    Free: to which side an even square leans, whether an odd one comes out one pixel less, how likely each place is, as
    long as every pixel of the image is hit now and then, also by a hole of size 1.

    size = 0 changes nothing (a copy or the same tensor: free). A size as large as the image or larger is allowed; from
    twice the image's longer side on, all of it is hidden.
    ValueError: size < 0, or images with other than 4 dimensions (whatever the size).
    """
    raise NotImplementedError("cutout: not written yet")
