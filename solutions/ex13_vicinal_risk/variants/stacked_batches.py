"""One call of the model on all transformed copies, weights per sample, and the penalty by automatic differentiation."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

LOSSES = {"mse": lambda f: f**2, "half_mse": lambda f: f**2 / 2, "logistic": lambda f: F.softplus(-f)}


def empirical_risk(model: Callable, loss_fn: Callable, x: Tensor, y: Tensor) -> Tensor:
    losses = loss_fn(model(x), y)
    return losses.sum() / losses.numel()


def augmented_risk(
    model: Callable,
    loss_fn: Callable,
    x: Tensor,
    y: Tensor,
    transforms: Sequence[Callable],
    weights: Sequence[float] | None = None,
) -> Tensor:
    t = len(transforms)
    weights = torch.ones(t) if weights is None else torch.as_tensor(weights, dtype=torch.float32)
    if t == 0 or weights.shape != (t,) or (weights < 0).any() or not weights.any():
        raise ValueError("bad transforms or weights")
    every = torch.cat([transform(x) for transform in transforms])
    losses = loss_fn(model(every), y.repeat(t, *[1] * (y.ndim - 1))).view(t, -1)
    return (weights[:, None] * losses).sum() / weights.sum() / len(x)


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    if sigma < 0 or loss not in LOSSES:
        raise ValueError("sigma or loss")
    f = x @ w if w.requires_grad else (x @ w).requires_grad_()
    (first,) = torch.autograd.grad(LOSSES[loss](f).sum(), f, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), f, create_graph=True)
    return 0.5 * second.mean() * (sigma * w).pow(2).sum()
