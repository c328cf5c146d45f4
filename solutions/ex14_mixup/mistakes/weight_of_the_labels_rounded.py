"""Must fail: test_label_weights_equal_pixel_weights
Says: "the pixels say"
Echoes: -

The label weight is rounded to one decimal.
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
    w = torch.distributions.Beta(float(alpha), float(alpha)).sample().item()
    perm = torch.randperm(len(images))
    mixed = w * images + (1 - w) * images[perm]
    lw = round(w, 1)
    return mixed, lw * labels + (1 - lw) * labels[perm]


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
