"""Must fail: test_equals_pytorchs
Says: "the softmax runs over the batch"
Echoes: -

The class axis is found by its size, which is wrong where N = K.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon must lie in [0, 1), not {epsilon}")
    one_hot = F.one_hot(targets, num_classes).float()
    return (1 - epsilon) * one_hot + epsilon / num_classes


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon)
    log_p = F.log_softmax(logits, dim=list(logits.shape).index(q.shape[1]))
    return -(q * log_p).sum(dim=1).mean()
