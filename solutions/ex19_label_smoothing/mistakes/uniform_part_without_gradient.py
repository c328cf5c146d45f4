"""Must fail: test_gradient
Says: "only the part with the right class reaches the logits"
Echoes: -

The even part is computed from detached scores: the value is right, the gradient is not.
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
    right = log_p.gather(1, targets[:, None]).squeeze(1)
    even = log_p.detach().mean(dim=1)
    return -((1 - epsilon) * right + epsilon * even).mean() + 0 * q.sum()
