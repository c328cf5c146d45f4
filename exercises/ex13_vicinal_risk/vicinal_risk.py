"""Risks with and without augmentation, and the penalty that input noise adds to three losses. All tensors: float32."""

from collections.abc import Callable, Sequence

from torch import Tensor


def empirical_risk(model: Callable, loss_fn: Callable, x: Tensor, y: Tensor) -> Tensor:
    """The mean loss over the N samples, as a scalar tensor (shape ()) that gradients can flow from.

    model(x) gives N predictions for a batch x, whose first axis counts the samples; loss_fn(predictions, y) gives one
    loss per sample, shape (N,).
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

    Each transform maps the batch x to a batch of the same shape; the labels y stay as they are. weights: how often each
    transform is used, at least 0, in any unit (2, 1, 1 means 1/2, 1/4, 1/4); None means evenly. Only the transforms
    given count, one given twice counts twice: the untransformed x is among them only if the identity is. Free: one call
    of the model for all transformed batches or one for each, and whether a transform of weight 0 is called.
    ValueError: no transforms, another number of weights than of transforms (none at all, too), a negative weight, or
    only zeros.
    """
    raise NotImplementedError("augmented_risk: not written yet")


def noise_penalty(w: Tensor, x: Tensor, sigma: float, loss: str) -> Tensor:
    """What independent input noise of mean 0 and variance sigma^2 adds to the mean loss of the linear model x @ w.

    w: (D,), x: (N, D). Returns a scalar float32 tensor that gradients flow from to w, through every factor that depends
    on w, at w = 0 as well (where they are 0); it is finite for large w·x too.
    With f = w·x, loss is one of
    "mse": (f - y)^2 for each sample, exact;
    "half_mse": (f - y)^2 / 2, exact;
    "logistic": log(1 + exp(-y f)) with y = 1 or -1, to second order in sigma. It does not depend on y. Free: the exact
    expectation instead, which for small noise differs by less than 5 %.
    ValueError: any other loss (the names are exact: no capitals, blanks or hyphens), or sigma < 0.
    """
    raise NotImplementedError("noise_penalty: not written yet")
