"""Must fail: test_logistic_loss
Says: "penalty is nan"
Echoes: -

exp(-f) overflows for a score of -100: infinity by infinity is NaN.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def empirical_risk(model: Callable, loss_fn: Callable, x: Tensor, y: Tensor) -> Tensor:
    return loss_fn(model(x), y).mean()


def augmented_risk(
    model: Callable,
    loss_fn: Callable,
    x: Tensor,
    y: Tensor,
    transforms: Sequence[Callable],
    weights: Sequence[float] | None = None,
) -> Tensor:
    if len(transforms) == 0:
        raise ValueError("no transforms")
    if weights is None:
        weights = [1.0] * len(transforms)
    if len(weights) != len(transforms):
        raise ValueError("one weight for each transform, please")
    if any(weight < 0 for weight in weights):
        raise ValueError("negative weight")
    total = sum(weights)
    if total == 0:
        raise ValueError("only zeros")
    risk = 0.0
    for transform, weight in zip(transforms, weights):
        if weight == 0:
            continue
        risk = risk + weight / total * empirical_risk(model, loss_fn, transform(x), y)
    return risk


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    if sigma < 0:
        raise ValueError("sigma < 0")
    base = sigma**2 * (w**2).sum()
    if loss == "mse":
        return base
    if loss == "half_mse":
        return base / 2
    if loss == "logistic":
        e = torch.exp(-(x @ w))
        return 0.5 * (e / (1 + e) ** 2).mean() * base
    raise ValueError(f"unknown loss {loss!r}")
