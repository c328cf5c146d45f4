"""Augmentation for digits: small turns and shifts that keep the size and the meaning, and a crop an MLP can take."""

from torch import Tensor


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    """Turn and shift each image a little.

    images: (N, 1, H, W) floats, square as digits are (H = W), 0 is background. Returns the same shape and dtype; the
    tensor given stays as it is.

    Each image has draws of its own: an angle, drawn evenly from -degrees to degrees, about the center of the image, and
    two offsets dx and dy, each drawn from -shift to shift pixels, both ends included. Left and right, up and down, and
    both senses of rotation are alike. Pixels that come from outside the image are 0. Interpolation is free: nearest,
    bilinear, one step or two. No image is ever mirrored. shift = 0 and degrees = 0 together change nothing.
    ValueError: shift < 0 or degrees < 0.
    """
    raise NotImplementedError("digit_augment: not written yet")


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    """Cut a crop×crop window at a random place and bring it back to H×W.

    images: (N, 1, H, W) floats, H and W may differ. Returns the same shape and dtype: the window is resized to H×W, or
    zeros are put around it. Every place of the window inside the image can be drawn, anew in each call; one place for
    the whole batch will do. crop = H = W gives the images back.
    ValueError: crop < 1 or crop > min(H, W).
    """
    raise NotImplementedError("random_crop_same_size: not written yet")
