"""Right: every image has its own λ, its own box that lies inside the image, and a partner drawn with replacement."""

import random

import torch
from torch import Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    if alpha <= 0 or images.ndim != 4 or labels.ndim != 2 or images.shape[0] != labels.shape[0]:
        raise ValueError(f"cannot mix {tuple(images.shape)} with {tuple(labels.shape)}, alpha {alpha}")
    if labels.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise ValueError("labels are class numbers; one-hot encode them first")
    count, _, rows, columns = images.shape
    keep = torch.ones(count, 1, rows, columns, dtype=torch.bool)
    partners = [random.randrange(count) for _ in range(count)]
    for i in range(count):
        side = (1 - random.betavariate(alpha, alpha)) ** 0.5
        h, w = int(rows * side), int(columns * side)
        y, x = random.randint(0, rows - h), random.randint(0, columns - w)
        keep[i, :, y : y + h, x : x + w] = False
    mixed = torch.where(keep, images, images[partners])
    lam = keep.to(labels.dtype).mean(dim=(1, 2, 3)).unsqueeze(1)
    return mixed, torch.lerp(labels[partners], labels, lam)
