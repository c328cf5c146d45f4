"""Cutout: paint one random square of every image with a constant."""

from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    """Hide one square of each image.

    images: (N, C, H, W) floats, H and W may differ. Returns the images only, of the same shape and dtype; the tensor
    given stays as it is.

    Each image gets a hole of its own, drawn anew in every call: one rectangle in which all channels are `fill`. Pixels
    outside it keep their values. No side of it is longer than `size`, none shorter than `size // 2` (or than the image,
    where that is less): let the center be any pixel and cut off what sticks out, or place the square fully inside.
    Every pixel of the image can be hit.

    size = 0 changes nothing. A size as large as the image or larger is allowed; from twice the image on, all is hidden.
    ValueError: size < 0, or images with other than 4 dimensions.
    """
    raise NotImplementedError("cutout: not written yet")
