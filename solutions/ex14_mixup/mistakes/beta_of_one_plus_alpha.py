"""Must fail: test_alpha_sets_the_blend
Says: "blends are not as even as alpha asks"
Echoes: -

Beta(1 + alpha, 1 + alpha), the U shape becomes a hill.
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
    w = torch.distributions.Beta(1.0 + alpha, 1.0 + alpha).sample((n,))
    perm = torch.randperm(n)
    wi, wl = w.view(n, 1, 1, 1), w.view(n, 1)
    mixed = wi * images + (1 - wi) * images[perm]
    soft = wl * labels + (1 - wl) * labels[perm]
    return mixed.to(images.dtype), soft.to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    z = logits - logits.max(dim=1, keepdim=True).values
    log_p = z - z.exp().sum(dim=1, keepdim=True).log()
    return -(target * log_p).sum() / logits.shape[0]
