"""PIL and `random` only: each pipeline is a class, every step written out."""

import math
import random
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image as PIL
from PIL import ImageEnhance
from torch import Tensor

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Pipeline:
    def __init__(self, size: int, mean: Sequence[float], std: Sequence[float]) -> None:
        self.size = size
        self.mean, self.std = torch.tensor(mean), torch.tensor(std)

    def finish(self, image: PIL.Image) -> Tensor:
        values = torch.from_numpy(np.asarray(image, dtype=np.float32) / 255)
        return ((values - self.mean) / self.std).permute(2, 0, 1)


class Val(Pipeline):
    def __init__(self, size: int, mean: Sequence[float], std: Sequence[float], resize: int) -> None:
        super().__init__(size, mean, std)
        self.resize = resize

    def __call__(self, image: PIL.Image) -> Tensor:
        factor = self.resize / min(image.size)
        width, height = (max(self.resize, round(side * factor)) for side in image.size)
        left, top = (width - self.size) // 2, (height - self.size) // 2
        image = image.resize((width, height), PIL.Resampling.BICUBIC)
        return self.finish(image.crop((left, top, left + self.size, top + self.size)))


class Train(Pipeline):
    def __init__(self, size: int, mean: Sequence[float], std: Sequence[float], **strengths: object) -> None:
        super().__init__(size, mean, std)
        self.strengths = strengths

    def __call__(self, image: PIL.Image) -> Tensor:
        flip_p, degrees, jitter, (low, high) = self.strengths.values()
        share = random.uniform(low, high)
        width, height = (max(1, round(side * math.sqrt(share))) for side in image.size)
        left, top = random.randint(0, image.width - width), random.randint(0, image.height - height)
        image = image.resize((self.size, self.size), PIL.Resampling.BILINEAR, (left, top, left + width, top + height))
        for enhance in (ImageEnhance.Color, ImageEnhance.Contrast, ImageEnhance.Brightness):
            image = enhance(image).enhance(random.uniform(1 - jitter, 1 + jitter))
        image = image.rotate(random.uniform(-degrees, degrees), PIL.Resampling.BILINEAR)
        if random.random() < flip_p:
            image = image.transpose(PIL.Transpose.FLIP_LEFT_RIGHT)
        return self.finish(image)


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
) -> tuple[Train, Val]:
    if resize < size:
        raise ValueError(f"{resize} < {size}")
    train = Train(size, mean, std, flip_p=flip_p, degrees=degrees, jitter=jitter, scale=scale)
    return train, Val(size, mean, std, resize)
