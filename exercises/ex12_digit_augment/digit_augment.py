"""Augmentation for digits: small turns and shifts that keep the size and the meaning, and a crop an MLP can take."""

from torch import Tensor


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    """Turn and shift each image a little.

    images: (N, 1, H, W) float32 or float64, square as digits are (H = W), 0 is background. Returns the same shape and
    dtype; the tensor given stays as it is.

    Each image has three draws of its own, new in every call and independent of each other: an angle about the center of
    the image, a real number drawn evenly from -degrees to degrees; and two offsets dx and dy, whole numbers of pixels
    from -shift to shift, both ends included. Left and right, up and down are alike; how often each offset comes is free
    beyond that. Images are only turned and moved, never mirrored or resized; what leaves the image is lost, and pixels
    that come from outside are 0. Free: interpolation (nearest, bilinear, bicubic), one step or two, and their order.
    shift = 0 and degrees = 0 together give the images back, up to rounding; the same tensor will do.
    ValueError: shift < 0 or degrees < 0.
    """
    raise NotImplementedError("digit_augment: not written yet")


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    """Cut a crop×crop window at a random place and bring it back to H×W.

    images: (N, 1, H, W) float32 or float64, H and W may differ. Returns the same shape and dtype; the tensor given
    stays as it is. The window is resized to H×W, or zeros are put around it. Every place of the window inside the image
    can be drawn, anew in each call, its row and column independent of each other. Free: the odds, one place for the
    batch or one per image, interpolation, and where between the zeros the window lies. crop = H = W gives the images
    back, up to rounding.
    ValueError: crop < 1 or crop > min(H, W).
    """
    raise NotImplementedError("random_crop_same_size: not written yet")
