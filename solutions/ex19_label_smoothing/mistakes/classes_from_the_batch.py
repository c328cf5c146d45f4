"""Must fail: test_rows
Says: "saw shape"
Echoes: test_epsilon_zero, test_equals_pytorchs, test_best_gap_is_finite, test_gradient, test_large_logits, test_bad_input_is_refused
Because: the loss is the cross entropy against these rows

Counts the classes in the targets instead of taking num_classes.
"""  # noqa: E501

import torch
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon must lie in [0, 1), got {epsilon}")
    if ((targets < 0) | (targets >= num_classes)).any():
        raise ValueError(f"targets must lie in [0, {num_classes}), got {targets.tolist()}")
    num_classes = int(targets.max()) + 1
    one_hot = torch.eye(num_classes, device=targets.device)[targets]  # (N, K)
    return (1 - epsilon) * one_hot + epsilon / num_classes


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon)  # (N, K)
    log_p = logits.log_softmax(dim=1)  # (N, K)
    return -(q * log_p).sum(dim=1).mean()
