"""Must fail: test_rows, test_equals_pytorchs
Says: "other targets in a second call"
Echoes: -

Rows are kept by size, whatever the targets are.
"""

import torch

_CACHE = {}


def smooth_labels(targets, num_classes, epsilon=0.1):
    if not 0 <= epsilon < 1:
        raise ValueError(f"epsilon = {epsilon}")
    if targets.numel() and int(targets.min()) < 0:
        raise ValueError("negative class number")
    key = (len(targets), num_classes, epsilon)
    if key in _CACHE:
        return _CACHE[key]
    eye = torch.eye(num_classes, device=targets.device)
    soft = eye.mul(1 - epsilon).add(epsilon / num_classes)
    _CACHE[key] = soft[targets]
    return _CACHE[key]


def smoothed_cross_entropy(logits, targets, epsilon=0.1):
    q = smooth_labels(targets, logits.shape[1], epsilon).to(logits.dtype)
    return torch.einsum("nk,nk->n", q, -logits.log_softmax(dim=1)).mean()
