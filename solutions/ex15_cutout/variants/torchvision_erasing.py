"""torchvision's RandomErasing places the squares; what it would refuse to erase is filled by hand."""

import random

import torch
from torch import Tensor
from torchvision.transforms import v2


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.ndim != 4:
        raise ValueError(images.shape)
    if size < 0:
        raise ValueError(size)
    height, width = images.shape[-2:]
    out = []
    for image in images:
        if size >= min(height, width):
            image, left = image.clone(), random.randint(0, max(width - size, 0))
            top = random.randint(0, max(height - size, 0))
            image[..., top : top + size, left : left + size] = fill
        elif size:
            share = size * size / (height * width)
            image = v2.RandomErasing(p=1.0, scale=(share, share), ratio=(1.0, 1.0), value=fill)(image)
        out.append(image)
    return torch.stack(out)
