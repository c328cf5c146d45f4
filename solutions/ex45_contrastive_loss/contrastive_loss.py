"""NT-Xent as a cross entropy: 2N rows of similarities, and the right answer of each row is its partner's number."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def two_views(images: Tensor, augment: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    return augment(images), augment(images)


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    if z1.shape != z2.shape:
        raise ValueError(f"both views need the same shape, got {tuple(z1.shape)} and {tuple(z2.shape)}")
    n = len(z1)
    if n < 2:
        raise ValueError(f"with {n} images there is nobody to push away: at least 2")
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    similarity = z @ z.T / temperature  # (2N, 2N)
    itself = torch.eye(2 * n, dtype=torch.bool, device=z.device)
    others = similarity.masked_fill(itself, -math.inf)
    partner = torch.arange(2 * n, device=z.device).roll(n)  # N ... 2N - 1, 0 ... N - 1
    return F.cross_entropy(others, partner)


def retrieval_accuracy(z1: Tensor, z2: Tensor) -> float:
    similarity = F.normalize(z1) @ F.normalize(z2).T
    nearest = similarity.argmax(dim=1)
    return (nearest == torch.arange(len(z1), device=z1.device)).double().mean().item()
