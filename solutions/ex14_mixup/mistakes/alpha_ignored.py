"""Must fail: test_alpha_sets_the_blend
Says: "blends are always like those of alpha 0.2"
Echoes: -

A Beta(0.2, 0.2) object built once at module level, the argument alpha is not used.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

_BETA = torch.distributions.Beta(0.2, 0.2)


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if alpha < 0:
        raise ValueError("alpha must be >= 0")
    if not labels.is_floating_point():
        raise ValueError("labels must be floats")
    if len(labels) != len(images):
        raise ValueError("one label per image")
    if alpha == 0 or len(images) == 1:
        return images, labels
    w = _BETA.sample().item()
    perm = torch.randperm(len(images))
    return w * images + (1 - w) * images[perm], w * labels + (1 - w) * labels[perm]


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
