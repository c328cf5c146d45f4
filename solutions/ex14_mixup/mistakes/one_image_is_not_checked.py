"""Must fail: test_refusals
Says: "one image, negative alpha"
Echoes: -

The batch of one returns before alpha is checked.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if not labels.is_floating_point():
        raise ValueError("labels must be floats")
    if len(labels) != len(images):
        raise ValueError("one label per image")
    if len(images) == 1:
        return images, labels
    if alpha < 0:
        raise ValueError("alpha must be >= 0")
    if alpha == 0:
        return images, labels
    n = images.shape[0]
    w = torch.distributions.Beta(float(alpha), float(alpha)).sample((n,))
    perm = torch.randperm(n)
    wi, wl = w.view(n, 1, 1, 1), w.view(n, 1)
    mixed = wi * images + (1 - wi) * images[perm]
    soft = wl * labels + (1 - wl) * labels[perm]
    return mixed.to(images.dtype), soft.to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
