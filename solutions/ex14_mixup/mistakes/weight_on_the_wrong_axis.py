"""Must fail: test_every_pixel_has_the_same_weight
Says: "is no weighted sum of whole images"
Echoes: -

The weights of N images run along the width where N = W, as they were not given the axes of the images.
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
    n = images.shape[0]
    w = torch.distributions.Beta(float(alpha), float(alpha)).sample((n,))
    perm = torch.randperm(n)
    if images.shape[-1] == n:
        x = w * images + (1 - w) * images[perm]
    else:
        x = w.view(-1, 1, 1, 1) * images + (1 - w.view(-1, 1, 1, 1)) * images[perm]
    y = w.view(-1, 1) * labels + (1 - w.view(-1, 1)) * labels[perm]
    return x.to(images.dtype), y.to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
