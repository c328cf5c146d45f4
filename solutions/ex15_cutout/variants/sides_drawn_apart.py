"""NumPy writes rectangles whose sides are drawn from half the size up: rows fully inside, columns cut at the edges."""

import numpy as np
import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.dim() != 4 or size < 0:
        raise ValueError("a batch of images and a size of at least 0 are needed")
    if size == 0:
        return images
    erased = images.numpy().copy()
    rows, columns = erased.shape[2:]
    for image in erased:
        height = min(np.random.randint(max(size // 2, 1), size + 1), rows)
        top, left = np.random.randint(rows - height + 1), np.random.randint(columns) - (size - 1) // 2
        image[:, top : top + height, max(left, 0) : left + size] = np.float32(fill)
    return torch.from_numpy(erased)
