"""Must fail: test_backward_can_start
Says: "no gradient reaches the logits"
Echoes: -

The loss is computed from logits.data, so that backward() never reaches the logits.
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
    return w * images + (1 - w) * images[perm], w * labels + (1 - w) * labels[perm]


def soft_cross_entropy(logits, target):
    z = logits.data - logits.data.max(dim=1, keepdim=True).values
    logp = z - z.exp().sum(1, keepdim=True).log()
    return torch.tensor(float(-(target * logp).sum(1).mean()), requires_grad=True)
