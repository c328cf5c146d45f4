"""Must fail: test_ends_and_empty_bins
Says: "here it has one of its own"
Echoes: -

floor puts a confidence of 1 behind the last bin, and one bin more takes it in.
"""

import math

from torch import Tensor
from torch.nn import functional as F

LOWEST, HIGHEST = 0.05, 20.0


def ece(probs: Tensor, targets: Tensor, bins: int = 15) -> float:
    check(probs, targets)
    if bins < 1:
        raise ValueError(f"at least one bin is needed, got {bins}")
    probs = probs.double()
    if (probs.sum(1) - 1).abs().max() > 1e-4:
        raise ValueError("every row of probs must sum to 1")
    confidence, guess = probs.max(1)
    right = (guess == targets).double()
    place = (confidence * bins).floor()
    error = 0.0
    for k in range(bins + 1):
        inside = place == k
        if inside.any():
            gap = right[inside].mean() - confidence[inside].mean()
            error += inside.double().mean().item() * abs(gap.item())
    return error


def nll(logits: Tensor, targets: Tensor, temperature: float = 1.0) -> float:
    check(logits, targets)
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    return F.cross_entropy(logits.double() / temperature, targets).item()


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    low, high = math.log(LOWEST), math.log(HIGHEST)
    ratio = (5**0.5 - 1) / 2
    for _ in range(60):  # the loss has a single minimum in log T: it lies beside the lower of two inner points
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if nll(logits, targets, math.exp(left)) < nll(logits, targets, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def check(scores: Tensor, targets: Tensor) -> None:
    if len(scores) == 0 or len(scores) != len(targets):
        raise ValueError(f"as many rows as targets are needed, at least one: {len(scores)} and {len(targets)}")
