"""Risks with and without augmentation, and the penalty that input noise adds to three losses."""

from collections.abc import Callable, Sequence

from torch import Tensor


def empirical_risk(model: Callable, loss_fn: Callable, x: Tensor, y: Tensor) -> Tensor:
    """The mean loss over the N samples, as a scalar tensor that gradients can flow from.

    model(x) gives N predictions, loss_fn(predictions, y) gives one loss per sample, shape (N,).
    """
    raise NotImplementedError("empirical_risk: not written yet")


def augmented_risk(
    model: Callable,
    loss_fn: Callable,
    x: Tensor,
    y: Tensor,
    transforms: Sequence[Callable],
    weights: Sequence[float] | None = None,
) -> Tensor:
    """The mean loss over the N samples and over the transforms, as a scalar tensor that gradients can flow from.

    Each transform maps a batch x to a batch of the same shape; the labels y stay as they are. weights: how often each
    transform is used, at least 0, in any unit (2, 1, 1 means 1/2, 1/4, 1/4); None means evenly. Only the transforms
    given count: the untransformed x is among them only if the identity is.
    ValueError: no transforms, another number of weights than of transforms, a negative weight, or only zeros.
    """
    raise NotImplementedError("augmented_risk: not written yet")


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    """What independent input noise of mean 0 and variance sigma^2 adds to the mean loss of the linear model x @ w.

    w: (D,), x: (N, D). Returns a scalar tensor that gradients can flow from. With f = w·x, loss is one of
    "mse": (f - y)^2 for each sample, exact;
    "half_mse": (f - y)^2 / 2, exact;
    "logistic": log(1 + exp(-y f)) with y = 1 or -1, to second order in sigma; within 5 %. It does not depend on y.
    ValueError: another loss, or sigma < 0.
    """
    raise NotImplementedError("noise_penalty: not written yet")
