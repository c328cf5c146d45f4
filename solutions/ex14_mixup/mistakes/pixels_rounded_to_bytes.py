"""Must fail: test_label_weights_equal_pixel_weights, test_every_pixel_has_the_same_weight
Says: "rounded like bytes?"
Echoes: -

Pixels rounded to 1/255 steps.
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
    return (mixed * 255).round() / 255, w * labels + (1 - w) * labels[perm]


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    z = logits - logits.max(dim=1, keepdim=True).values
    log_p = z - z.exp().sum(dim=1, keepdim=True).log()
    return -(target * log_p).sum() / logits.shape[0]
