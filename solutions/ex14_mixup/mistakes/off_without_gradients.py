"""Must fail: test_new_blends_with_everybody
Says: "under torch.no_grad(), as in a data loader: no picture is a blend"
Echoes: -

No mixing when gradients are switched off.
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
    if not torch.is_grad_enabled():
        return images, labels
    w = torch.distributions.Beta(float(alpha), float(alpha)).sample().item()
    perm = torch.randperm(len(images))
    return w * images + (1 - w) * images[perm], w * labels + (1 - w) * labels[perm]


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
