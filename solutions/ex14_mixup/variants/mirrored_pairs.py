"""Partners are the batch read backward, the middle image of an odd one its own; Python's own generator."""

import random

from torch import Tensor, nn


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if alpha < 0:
        raise ValueError("alpha < 0")
    if labels.shape[0] != images.shape[0]:
        raise ValueError("different numbers of images and labels")
    if not labels.is_floating_point():
        raise ValueError("soft labels wanted")
    lam = 1.0 if alpha == 0 else random.betavariate(alpha, alpha)
    return tuple(one.flip(0).lerp(one, lam) for one in (images, labels))


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    losses = -target * nn.LogSoftmax(dim=-1)(logits)
    return losses.mean() * logits.shape[1]
