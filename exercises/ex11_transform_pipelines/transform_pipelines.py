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

    train draws anew in every call: mirrored with probability `flip_p`, turned by an angle within ±`degrees`, brightness
    multiplied by a factor from 1 - `jitter` to 1 + `jitter` (contrast and saturation too, if you like), a crop whose
    share of the area lies within `scale` resized to size×size; then the same conversion and normalization as in val.
    With flip_p 0, degrees 0, jitter 0 and scale (1, 1) a square image is only resized and normalized.

    ValueError if `resize` is smaller than `size`.
    """
    raise NotImplementedError("transform_pipelines: not written yet")
