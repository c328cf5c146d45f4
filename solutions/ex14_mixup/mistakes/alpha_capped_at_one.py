"""Must fail: test_alpha_sets_the_blend
Says: "blends are not as even as alpha asks"
Echoes: -

Alpha above 1 is treated as 1, so alpha = 100 gives uniform weights.
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
    a = min(float(alpha), 1.0)
    w = torch.distributions.Beta(a, a).sample((len(images),))
    n, perm = len(images), torch.randperm(len(images))
    wi, wl = w.view(n, 1, 1, 1), w.view(n, 1)
    mixed = wi * images + (1 - wi) * images[perm]
    soft = wl * labels + (1 - wl) * labels[perm]
    return mixed.to(images.dtype), soft.to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(logits, target.to(logits.dtype))
