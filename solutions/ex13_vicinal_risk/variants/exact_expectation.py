"""A running sum over the transforms; the logistic penalty is the exact Gaussian expectation, by quadrature."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

NODES, SHARES = (torch.tensor(part, dtype=torch.float32) for part in np.polynomial.hermite_e.hermegauss(21))


def empirical_risk(model: Callable, loss_fn: Callable, x: Tensor, y: Tensor) -> Tensor:
    return torch.mean(loss_fn(model(x), y))


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
    weights = np.ones(len(transforms)) if weights is None else np.array(weights, dtype=float)
    if len(weights) != len(transforms) or weights.min() < 0 or weights.max() == 0:
        raise ValueError("weights")
    total = torch.zeros(())
    for share, transform in zip(weights / weights.sum(), transforms, strict=True):
        total = total + share * empirical_risk(model, loss_fn, transform(x), y)
    return total


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    if not sigma >= 0:
        raise ValueError("sigma")
    match loss:
        case "mse":
            return (sigma * w).square().sum()
        case "half_mse":
            return 0.5 * torch.dot(w, w) * sigma**2
        case "logistic":
            clean = x @ w
            noisy = clean[:, None] + sigma * w.norm() * NODES  # (N, 21)
            return (F.softplus(noisy) @ SHARES / SHARES.sum() - F.softplus(clean)).mean()
    raise ValueError(loss)
