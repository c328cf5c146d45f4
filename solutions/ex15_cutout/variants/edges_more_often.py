"""Pads, paints the whole square and crops: the result is a view. Centers lie at the edges more often than inside."""

import math
import random

import torch.nn.functional as F
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4 or size < 0:
        raise ValueError
    if size == 0:
        return images
    h, w = images.shape[2:]
    wide = F.pad(images, (size,) * 4)
    for picture in wide:
        places = (min(int(length * math.sin(math.pi * random.random()) ** 2), length - 1) for length in (h, w))
        y, x = (place + size - (size - 1) // 2 for place in places)
        picture[:, y : y + size, x : x + size] = fill
    return wide[:, :, size : size + h, size : size + w]
