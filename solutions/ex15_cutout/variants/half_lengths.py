"""NumPy draws the centers and clips both ends at half the size, so that odd sizes give even holes, and 1 one pixel."""

import numpy as np
import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if size < 0:
        raise ValueError
    n, c, h, w = images.shape
    mask = np.ones((n, 1, h, w), np.float32)
    before, behind = size // 2, max(size // 2, size % 2)
    for i in range(n):
        y, x = np.random.randint(h), np.random.randint(w)
        y1, y2 = np.clip([y - before, y + behind], 0, h)
        x1, x2 = np.clip([x - before, x + behind], 0, w)
        mask[i, :, y1:y2, x1:x2] = 0.0
    mask = torch.from_numpy(mask).to(images.dtype)
    return images * mask + fill * (1 - mask)
