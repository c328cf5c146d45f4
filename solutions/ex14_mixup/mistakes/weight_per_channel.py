"""Must fail: test_label_weights_equal_pixel_weights, test_every_pixel_has_the_same_weight
Says: "is no weighted sum of whole images"
Echoes: test_form_and_inputs
Sometimes: test_form_and_inputs

Every channel of an image has its own weight, the label takes their mean.
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
    n, c = images.shape[:2]
    w = torch.distributions.Beta(alpha, alpha).sample((n, c)).to(images)
    perm = torch.randperm(n)
    wi, wl = w.view(n, c, 1, 1), w.mean(1, keepdim=True).to(labels)
    return wi * images + (1 - wi) * images[perm], wl * labels + (1 - wl) * labels[perm]


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
