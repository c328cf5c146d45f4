"""Must fail: test_bad_input_is_refused
Says: "[0, -100], 3, 0.1 must raise ValueError"
Echoes: -

The target -100 is passed over with a row of zeros.
"""

import torch
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon must be in [0, 1)")
    if torch.any((targets < 0) & (targets != -100)) or torch.any(targets >= num_classes):
        raise ValueError("target outside 0..K-1")
    classes = torch.arange(num_classes, device=targets.device)
    hit = targets[:, None] == classes[None, :]
    share = epsilon / num_classes
    return torch.where(hit, 1 - epsilon + share, share) * (targets[:, None] != -100)


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    n, num_classes = logits.shape
    q = smooth_labels(targets, num_classes, epsilon)
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -(q * log_p).sum() / n
