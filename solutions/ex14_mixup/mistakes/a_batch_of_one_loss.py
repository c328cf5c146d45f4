"""Must fail: test_backward_can_start
Says: "without dimensions, saw shape (1,)"
Echoes: -

The loss keeps an axis.
"""

import torch
from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    if alpha < 0:
        raise ValueError(f"alpha must not be negative, got {alpha}")
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    if not labels.is_floating_point():
        raise ValueError(f"labels must be rows of class shares (float), got {labels.dtype}")
    if alpha == 0:  # Beta(0, 0) does not exist; its limit puts all weight on one image
        return images, labels

    # One weight and one pairing, used for the pictures and for the labels.
    lam = torch.distributions.Beta(alpha, alpha).sample()  # scalar in [0, 1]
    partner = torch.randperm(len(images))  # (N,)
    mixed = lam * images + (1 - lam) * images[partner]  # (N, C, H, W)
    soft = lam * labels + (1 - lam) * labels[partner]  # (N, K)
    return mixed, soft


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    # log_softmax subtracts the largest logit first; log(softmax(x)) would take the log of 0 for large scores.
    log_p = torch.log_softmax(logits, dim=1)  # (N, K)
    return -(target * log_p).sum(dim=1).mean(dim=0, keepdim=True)
