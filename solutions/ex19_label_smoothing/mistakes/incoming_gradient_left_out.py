"""Must fail: test_gradient
Says: "what arrives from above is left out"
Echoes: -

A backward() of its own does not multiply by the gradient that arrives.
"""

import torch
from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    if not 0 <= epsilon < 1:
        raise ValueError("epsilon outside [0, 1)")
    q = torch.zeros(targets.numel(), num_classes, dtype=torch.float64, device=targets.device)
    q.scatter_(1, targets.unsqueeze(1), 1.0)
    q *= 1 - epsilon
    q += epsilon / num_classes
    return q


class _SoftCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, q):
        log_p = torch.log_softmax(logits, dim=1)
        ctx.save_for_backward(log_p, q)
        return -(q * log_p).sum(1).mean()

    @staticmethod
    def backward(ctx, grad):
        log_p, q = ctx.saved_tensors
        return (log_p.exp() - q) / q.shape[0], None


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    q = smooth_labels(targets, logits.shape[1], epsilon).to(logits.dtype)
    return _SoftCrossEntropy.apply(logits, q)
