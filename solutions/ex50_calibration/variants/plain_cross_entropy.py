"""Everything in the dtype in which the tensors come: cross_entropy as it is, a ternary search, bins as masks."""

import torch
from torch.nn.functional import cross_entropy


def refuse(scores, targets):
    if len(scores) != len(targets) or len(targets) == 0:
        raise ValueError("as many targets as rows, at least one")


def ece(probs, targets, bins=15):
    refuse(probs, targets)
    if bins < 1 or ((probs.sum(1) - 1).abs() > 1e-3).any():
        raise ValueError("no probabilities, or no bins")
    confidence, guess = probs.detach().max(1)
    error = 0.0
    for k in range(bins):
        inside = (confidence > k / bins) & (confidence <= (k + 1) / bins)
        if inside.any():
            right = (guess[inside] == targets[inside]).to(probs.dtype).mean()
            error += inside.sum().item() / len(targets) * abs(right - confidence[inside].mean()).item()
    return error


@torch.no_grad()
def nll(logits, targets, temperature=1.0):
    refuse(logits, targets)
    if temperature <= 0:
        raise ValueError("temperature")
    return cross_entropy(logits / temperature, targets).item()


def fit_temperature(logits, targets):
    low, high = 0.05, 20.0
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if nll(logits, targets, left) <= nll(logits, targets, right) else (left, high)
    return (low + high) / 2
