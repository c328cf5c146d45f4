"""Must fail: test_epsilon_zero
Says: "the rows hold int64, no floats"
Echoes: -

For epsilon 0 the rows of one_hot are returned as they are, integers.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon must lie in [0, 1), not {epsilon}")
    if epsilon == 0:
        return F.one_hot(targets, num_classes)
    one_hot = F.one_hot(targets, num_classes).float()
    return (1 - epsilon) * one_hot + epsilon / num_classes


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon)
    log_p = F.log_softmax(logits, dim=1)
    return -(q * log_p).sum(dim=1).mean()
