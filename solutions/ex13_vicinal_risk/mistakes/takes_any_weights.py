"""Must fail: test_bad_transforms_and_weights
Says: "must raise ValueError, but nothing was raised"
Echoes: -

Negative weights pass.
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
    if weights is None:
        weights = [1.0] * len(transforms)
    if not transforms or len(weights) != len(transforms) or sum(weights) == 0:
        raise ValueError(f"{len(transforms)} transforms with weights {list(weights)}: at least one, none negative")
    # The loss of each transform is averaged, not its prediction: for a convex loss the second would be too small.
    risks = torch.stack([empirical_risk(model, loss_fn, transform(x), y) for transform in transforms])  # (T,)
    shares = torch.tensor(weights).to(risks) / sum(weights)  # (T,), they add up to 1
    return shares @ risks


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    if sigma < 0:
        raise ValueError(f"sigma must not be negative, got {sigma}")
    variance = sigma**2 * (w @ w)  # of w·e, the noise that reaches the output
    # Half the second derivative of the loss: 1, 1/2, s(1 - s)/2.
    if loss == "mse":
        return variance
    if loss == "half_mse":
        return variance / 2
    if loss == "logistic":
        s = torch.sigmoid(x @ w)  # (N,)
        return variance / 2 * (s * (1 - s)).mean()
    raise ValueError(f'loss must be "mse", "half_mse" or "logistic", got {loss!r}')
