"""Angle and shift in one matrix and one interpolation; the crop is a zoomed grid."""

import math
import random

import torch
from torch import Tensor
from torch.nn import functional as F


def sample(images: Tensor, matrices: Tensor, **how: str) -> Tensor:
    """Pixel matrices (N, 2, 3) about the center -> images."""
    height, width = images.shape[-2:]
    x = torch.arange(width) - (width - 1) / 2
    y = torch.arange(height) - (height - 1) / 2
    points = torch.stack([x.expand(height, width), y[:, None].expand(height, width), torch.ones(height, width)], -1)
    points, matrices = points.to(images), matrices.to(images)
    moved = torch.einsum("hwk,nik->nhwi", points, matrices)
    return F.grid_sample(images, moved / torch.tensor([width / 2, height / 2]).to(images), align_corners=False, **how)


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    if min(shift, degrees) < 0:
        raise ValueError("strengths must be at least 0")
    rows = []
    for _ in range(len(images)):
        a = math.radians(random.uniform(-degrees, degrees))
        dx, dy = random.randint(-shift, shift), random.randint(-shift, shift)
        c, s = math.cos(a), math.sin(a)
        rows.append([[c, s, -c * dx - s * dy], [-s, c, s * dx - c * dy]])
    return sample(images, torch.tensor(rows))


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    height, width = images.shape[-2:]
    if crop < 1 or crop > min(height, width):
        raise ValueError(crop)
    rows = []
    for _ in images:
        y, x = random.randint(0, height - crop), random.randint(0, width - crop)
        dx, dy = x + (crop - width) / 2, y + (crop - height) / 2
        rows.append([[crop / width, 0, dx], [0, crop / height, dy]])
    return sample(images, torch.tensor(rows), padding_mode="border")
