"""No soft targets in the loss: (1 - ε) times the plain loss plus ε times the mean of all log probabilities."""

import torch
from torch import Tensor
from torch.nn import functional as F


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if epsilon < 0 or epsilon >= 1:
        raise ValueError("epsilon outside [0, 1)")
    rows = torch.full((targets.shape[0], num_classes), epsilon / num_classes)
    return rows.scatter(1, targets.unsqueeze(1), 1 - epsilon + epsilon / num_classes)


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    log_p = logits - logits.logsumexp(1, keepdim=True)
    return (1 - epsilon) * F.nll_loss(log_p, targets) - epsilon * log_p.mean()
