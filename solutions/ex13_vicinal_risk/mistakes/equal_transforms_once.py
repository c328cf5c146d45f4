"""Must fail: test_average_over_transforms
Says: "a transform given twice counts once"
Echoes: -

Without weights, equal transforms count once.
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
        transforms = list(dict.fromkeys(transforms))
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
        s = torch.sigmoid(x @ w)
        return 0.5 * (s * (1 - s)).mean() * base
    raise ValueError(f"unknown loss {loss!r}")
