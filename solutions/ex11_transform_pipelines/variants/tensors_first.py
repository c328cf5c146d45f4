"""The older transforms API, converted to a tensor first, geometry after color, plain functions around two Compose."""

from collections.abc import Callable, Sequence

from PIL.Image import Image
from torch import Tensor
from torchvision import transforms as T

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
    if size > resize:
        raise ValueError("resize must be at least size")
    bilinear = T.InterpolationMode.BILINEAR
    steps = [T.ToTensor(), T.ColorJitter(jitter, jitter, jitter)]
    steps += [T.RandomResizedCrop(size, scale, antialias=True), T.RandomRotation(degrees, bilinear, fill=[0.5] * 3)]
    random = T.Compose([*steps, T.RandomHorizontalFlip(flip_p)])
    fixed = T.Compose([T.ToTensor(), T.Resize(resize, antialias=False), T.CenterCrop(size)])
    normalize = T.Normalize(list(mean), list(std))
    return (lambda image: normalize(random(image))), (lambda image: normalize(fixed(image)))
