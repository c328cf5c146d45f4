"""Must fail: test_new_blends_with_everybody
Says: "was left over, blended with none"
Echoes: -

Images 0-1, 2-3, ... are always swapped, with an odd batch the last one is never blended.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if alpha < 0:
        raise ValueError("alpha must be >= 0")
    if not labels.is_floating_point():
        raise ValueError("labels must be floats")
    if len(labels) != len(images):
        raise ValueError("one label per image")
    if alpha == 0 or len(images) == 1:
        return images, labels
    n = len(images)
    w = torch.distributions.Beta(alpha, alpha).sample((n,))
    perm = torch.arange(n) ^ 1
    perm[perm >= n] = n - 1
    wi, wl = w.view(n, 1, 1, 1), w.view(n, 1)
    mixed = wi * images + (1 - wi) * images[perm]
    soft = wl * labels + (1 - wl) * labels[perm]
    return mixed.to(images.dtype), soft.to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
