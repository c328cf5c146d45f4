"""Must fail: test_normalized_tensors
Says: "but a normalized picture has -2.118 to 2.640"
Echoes: test_own_mean_and_std

The type becomes float, the values stay 0 to 255.
"""

from collections.abc import Callable, Sequence

import torch
from PIL.Image import Image
from torch import Tensor
from torchvision.transforms import v2

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
    if resize < size:
        raise ValueError(f"a crop of {size} does not fit into an image resized to {resize}")
    # PIL image -> uint8 (3, H, W) -> float 0 ... 1 -> normalized: the same for both, and last
    finish = [v2.ToImage(), v2.ToDtype(torch.float32), v2.Normalize(mean, std)]
    train = v2.Compose(
        [
            v2.RandomHorizontalFlip(flip_p),
            v2.RandomRotation(degrees),
            v2.ColorJitter(brightness=jitter, contrast=jitter, saturation=jitter),
            v2.RandomResizedCrop(size, scale),
            *finish,
        ]
    )
    # one number resizes the shorter side and keeps the proportions
    val = v2.Compose([v2.Resize(resize), v2.CenterCrop(size), *finish])
    return train, val
