"""Must fail: test_rows
Says: "the row sums to less than 1"
Echoes: test_equals_pytorchs, test_best_gap_is_finite, test_gradient, test_large_logits
Because: the loss is the cross entropy against these rows

The right class gets 1 - epsilon and nothing of the even share.
"""

import torch
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon must lie in [0, 1), got {epsilon}")
    if ((targets < 0) | (targets >= num_classes)).any():
        raise ValueError(f"targets must lie in [0, {num_classes}), got {targets.tolist()}")
    one_hot = torch.eye(num_classes, device=targets.device)[targets]  # (N, K)
    return (1 - epsilon) * one_hot + epsilon / num_classes * (1 - one_hot)


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon)  # (N, K)
    log_p = logits.log_softmax(dim=1)  # (N, K)
    return -(q * log_p).sum(dim=1).mean()
