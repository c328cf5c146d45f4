"""Right: the first corner is any pixel, the box is cut off at the other two edges, refusals have no words."""

from typing import NamedTuple

import torch
from torch import Tensor


class Mixed(NamedTuple):
    images: Tensor
    labels: Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> Mixed:
    fits = images.dim() == 4 and labels.dim() == 2 and images.shape[:1] == labels.shape[:1]
    if alpha <= 0 or not fits or not labels.is_floating_point():
        raise ValueError
    if len(images) == 1:
        return Mixed(images, labels)
    gammas = torch._standard_gamma(torch.full((2,), float(alpha), dtype=torch.float64))
    pasted = gammas[1] / gammas.sum() if gammas.sum() > 0 else torch.randint(2, ()).double()
    inside = torch.ones(1, dtype=torch.bool)
    for axis in (2, 3):
        size = images.shape[axis]
        side, start = (size * pasted.sqrt()).ceil(), torch.randint(size, ())
        place = torch.arange(size)
        inside = inside.unsqueeze(-1) & (place >= start) & (place < start + side)
    others = int(torch.randint(1, len(images), ()))
    share = inside.double().mean().item()
    mixed = torch.where(inside.squeeze(0), images.roll(others, 0), images)
    return Mixed(mixed, labels.lerp(labels.roll(others, 0), share))
