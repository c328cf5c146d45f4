"""Two torchvision pipelines: random for training, fixed for validation."""

from collections.abc import Callable, Sequence

from PIL.Image import Image
from torch import Tensor

# Given: mean and spread of the ImageNet photographs' red, green and blue, in values from 0 to 1.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def make_transforms(
    size: int = 32,
    resize: int = 36,
    mean: Sequence[float] = IMAGENET_MEAN,
    std: Sequence[float] = IMAGENET_STD,
    *,
    flip_p: float = 0.5,
    degrees: float = 15.0,
    jitter: float = 0.2,
    scale: tuple[float, float] = (0.8, 1.0),
) -> tuple[Callable[[Image], Tensor], Callable[[Image], Tensor]]:
    """The pair (train, val). Each turns a PIL RGB image of any size into a normalized float32 tensor (3, size, size).

    val does the same in every call: the shorter side is resized to `resize` in proportion, size×size are cropped from
    the center, values 0 ... 255 become 0 ... 1, and each channel becomes (value - mean) / std.

    train draws anew in every call: mirrored left to right with probability `flip_p`; turned by an angle within
    ±`degrees`, to both sides; brightness multiplied by one factor from 1 - `jitter` to 1 + `jitter`, lighter and darker
    (contrast and saturation too, if you like, but not the hue); a crop whose share of the area lies within `scale`
    (on pictures longer than 4:3 less is fine), resized to size×size. Then the same conversion and normalization as in
    val. With flip_p 0, degrees 0, jitter 0 and scale (1, 1) a square image is only resized and normalized.

    Free: torchvision, PIL or NumPy; the order of the random steps and the laws of their draws; where the crop lies and
    its proportions; what fills the corners of a turned picture; interpolation, as long as values stay within 0 ... 1
    before the normalization; a pixel of rounding.

    ValueError, raised by make_transforms itself, if `resize` is smaller than `size`.
    """
    raise NotImplementedError("transform_pipelines: not written yet")
