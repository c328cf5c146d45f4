"""Diagnoses from medians and running minima, so that no single number decides."""

import math
from collections.abc import Sequence
from itertools import accumulate
from statistics import median

from torch import nn


def smooth(values: Sequence[float], beta: float = 0.9) -> list[float]:
    if not 0 <= beta < 1:
        raise ValueError(f"beta must lie in [0, 1), got {beta}")
    mean, smoothed = 0.0, []
    for t, value in enumerate(values, 1):
        mean = beta * mean + (1 - beta) * value
        smoothed.append(mean / (1 - beta**t))  # the weights of t values add up to 1 - beta^t only
    return smoothed


def grad_norm(model: nn.Module) -> float:
    squares = [p.grad.pow(2).sum().item() for p in model.parameters() if p.grad is not None]
    return math.sqrt(sum(squares))


def end(values: Sequence[float]) -> float:
    return median(values[-max(1, min(3, len(values) // 2)) :])


def diagnose(train_loss: Sequence[float], val_loss: Sequence[float], num_classes: int | None = None) -> str:
    train, val = list(train_loss), list(val_loss)
    if not train or len(train) != len(val):
        raise ValueError(f"one value per epoch in both lists, at least one epoch: {len(train)} and {len(val)}")
    if not all(map(math.isfinite, train + val)):
        return "non_finite"
    first, low = train[0], min(train)
    if end(train) > 2 * low and end(train) > low + 0.1 * first:
        return "diverging"
    before = accumulate(train, min)  # its i-th value is the minimum of epochs 0 to i
    if len(train) >= 5 and any(x > 2 * m and x > m + 0.1 * first for x, m in zip(train[1:], before, strict=False)):
        return "spike"
    chance = math.log(num_classes) if num_classes else None
    if chance and abs(median(train) - chance) < 0.05 * chance and low > 0.9 * chance:
        return "plateau"
    if low > 0.95 * first and first > 0.1 * (chance or 1.0):
        return "not_learning"
    if end(val) < 0.5 * end(train):
        return "suspicious"
    if end(val) > 1.1 * min(val) and end(train) < train[val.index(min(val))]:
        return "overfitting"
    return "healthy"
