"""Must fail: test_equals_pytorchs
Says: "the loss grows with N"
Echoes: test_epsilon_zero, test_gradient, test_large_logits
Because: value, best distance, gradient and large scores are all asked of this one number

The losses of the samples are added up.
"""

import torch
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon must lie in [0, 1), got {epsilon}")
    if ((targets < 0) | (targets >= num_classes)).any():
        raise ValueError(f"targets must lie in [0, {num_classes}), got {targets.tolist()}")
    one_hot = torch.eye(num_classes, device=targets.device)[targets]  # (N, K)
    return (1 - epsilon) * one_hot + epsilon / num_classes


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon)  # (N, K)
    log_p = logits.log_softmax(dim=1)  # (N, K)
    return -(q * log_p).sum()
