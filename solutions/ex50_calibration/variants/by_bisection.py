"""The loss is convex in 1 / T: bisection on the sign of its slope, written down by hand; bins in a dictionary."""

import math
from collections import defaultdict

import torch


def ece(probs, targets, bins=15):
    if len(targets) != len(probs) or not len(targets):
        raise ValueError("no samples, or not as many targets")
    if bins < 1:
        raise ValueError("bins")
    members = defaultdict(list)
    for row, target in zip(probs.tolist(), targets.tolist(), strict=True):
        if abs(math.fsum(row) - 1) > 1e-4:
            raise ValueError("a row does not sum to 1")
        confidence = max(row)
        members[min(int(confidence * bins), bins - 1)].append((row.index(confidence) == target, confidence))
    return sum(abs(sum(hit - sure for hit, sure in group)) for group in members.values()) / len(targets)


def nll(logits, targets, temperature=1.0):
    if len(targets) != len(logits) or not len(targets) or temperature <= 0:
        raise ValueError
    table = torch.log_softmax(logits.detach().double() / temperature, dim=-1)
    return -table.gather(1, targets.unsqueeze(1)).mean().item()


def fit_temperature(logits, targets):
    nll(logits, targets)
    z = logits.detach().double()
    z = z - z.max(dim=1, keepdim=True).values
    true = z[torch.arange(len(targets)), targets]

    def slope(inverse):  # of the loss with respect to 1 / T
        return ((torch.softmax(z * inverse, 1) * z).sum(1) - true).mean().item()

    low, high = 1 / 20, 1 / 0.05
    if slope(low) >= 0:
        return 20.0
    if slope(high) <= 0:
        return 0.05
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1 / low
