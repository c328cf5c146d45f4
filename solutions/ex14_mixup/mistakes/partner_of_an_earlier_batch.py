"""Must fail: test_every_pixel_has_the_same_weight
Says: "a picture shows an image of the batch of an earlier call"
Echoes: -

Partners come from the batch of the previous call.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

_previous = {}


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
    px, py = _previous.get("batch", (images, labels))
    _previous["batch"] = (images.clone(), labels.clone())
    if px.shape != images.shape or py.shape != labels.shape:
        px, py = images, labels
    return w * images + (1 - w) * px[perm].to(images.dtype), w * labels + (1 - w) * py[perm].to(labels.dtype)


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    z = logits - logits.max(dim=1, keepdim=True).values
    log_p = z - z.exp().sum(dim=1, keepdim=True).log()
    return -(target * log_p).sum() / logits.shape[0]
