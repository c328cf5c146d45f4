"""NumPy draws, one weight and one partner per image, partners with replacement, the own image never below a half."""

import numpy as np
import torch
from torch import Tensor


class EmptyMix(ValueError):
    pass


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    n = images.shape[0]
    if not alpha >= 0 or labels.shape[0] != n:
        raise EmptyMix("negative alpha, or images and labels of different number")
    if labels.dtype not in (torch.float16, torch.float32, torch.float64, torch.bfloat16):
        raise ValueError
    weights = np.zeros((n, n))
    lam = np.random.beta(alpha, alpha, size=n) if alpha else np.ones(n)
    lam = np.maximum(lam, 1 - lam)
    for i in range(n):
        weights[i, i] += lam[i]
        weights[i, np.random.randint(n)] += 1 - lam[i]
    weights = torch.from_numpy(weights)
    mixed = torch.einsum("ij,jchw->ichw", weights, images.double())
    return mixed.to(images.dtype), (weights @ labels.double()).to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    n = len(logits)
    return (torch.logsumexp(logits, 1) * target.sum(1)).sum() / n - (target * logits).sum() / n
