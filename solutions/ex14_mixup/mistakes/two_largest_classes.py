"""Must fail: test_soft_loss, test_huge_logits
Says: "which is the one of the two largest classes of each target"
Echoes: -

Only the two largest classes of the target enter, as two images can have no more - but soft labels can.
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
    wi, wl = w.view(n, 1, 1, 1), w.view(n, 1)
    mixed = wi * images + (1 - wi) * images[perm]
    soft = wl * labels + (1 - wl) * labels[perm]
    return mixed.to(images.dtype), soft.to(labels.dtype)


def soft_cross_entropy(logits, target):
    logp = F.log_softmax(logits, dim=1)
    top = target.topk(min(2, target.shape[1]), dim=1)
    return -(top.values * logp.gather(1, top.indices)).sum(dim=1).mean()
