"""Beta as a ratio of two gamma draws, partners by a random shift that may be none, a loop over rows for the loss."""

import random

import torch
from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if alpha < 0 or not torch.is_floating_point(labels) or images.shape[:1] != labels.shape[:1]:
        raise ValueError
    n = len(images)
    if n < 2 or alpha == 0:
        return images.view_as(images), labels
    ours, theirs = (random.gammavariate(alpha, 1.0) for _ in range(2))
    share = ours / (ours + theirs) if ours + theirs else 1.0
    shift = random.randrange(n)
    return tuple(share * one + (1 - share) * one.roll(shift, 0) for one in (images, labels))


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    total = logits.new_zeros(())
    for row, wanted in zip(logits, target, strict=True):
        total = total + torch.dot(wanted, torch.logsumexp(row, 0) - row)
    return total / len(logits)
