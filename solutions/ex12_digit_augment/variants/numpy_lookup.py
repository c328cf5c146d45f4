"""NumPy looks every pixel up at its nearest old place; a crop blanks what lies outside its window."""

import numpy as np
import torch
from torch import Tensor


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    if shift < 0 or degrees < 0:
        raise ValueError("negative strength")
    rng = np.random.default_rng()
    old = images.numpy()
    new = np.zeros_like(old)
    height, width = old.shape[2:]
    y, x = np.mgrid[:height, :width]
    for i in range(len(old)):
        angle = np.radians(rng.uniform(-1, 1) * degrees)
        dy, dx = rng.integers(-shift, shift, 2, endpoint=True)
        v, u = y - dy - (height - 1) / 2, x - dx - (width - 1) / 2
        from_x = np.rint(np.cos(angle) * u + np.sin(angle) * v + (width - 1) / 2).astype(int)
        from_y = np.rint(np.cos(angle) * v - np.sin(angle) * u + (height - 1) / 2).astype(int)
        inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height)
        new[i, 0][inside] = old[i, 0][from_y[inside], from_x[inside]]
    return torch.from_numpy(new)


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    height, width = images.shape[2:]
    if not 0 < crop <= min(height, width):
        raise ValueError(crop)
    out = torch.zeros_like(images)
    for old, new in zip(images, out, strict=True):
        y, x = np.random.randint(height - crop + 1), np.random.randint(width - crop + 1)
        new[:, y : y + crop, x : x + crop] = old[:, y : y + crop, x : x + crop]
    return out
