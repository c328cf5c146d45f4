"""Linear regression by gradient descent, with the gradients by hand.

N samples, D features, N and D at least 1. All tensors are floats of one dtype, float32 or float64, and results have it
too. No function changes the numbers in its arguments. Free: formulas or autograd, and whether a result carries a graph.
"""

from torch import Tensor


def predict(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    """X (N, D), w (D,), b a float or a tensor without axes -> Xw + b, shape (N,)."""
    raise NotImplementedError("linear_regression: not written yet")


def mse(pred: Tensor, y: Tensor) -> Tensor:
    """The mean over all entries of the squared differences, a tensor without axes.

    pred and y may have any shape, but both the same: ValueError if their shapes differ, also where PyTorch would
    broadcast them, as (N,) and (N, 1).
    """
    raise NotImplementedError("linear_regression: not written yet")


def gradients(X: Tensor, y: Tensor, w: Tensor, b: float | Tensor) -> tuple[Tensor, Tensor]:
    """The gradients by w and by b, at w and b, of the mean squared error between Xw + b and y (N,).

    Returns (gw, gb): gw (D,), gb one number, as a float or as a tensor without axes. There is no factor 1/2 in the
    error, so there is a factor 2 in its gradients, and they are means over the samples.
    """
    raise NotImplementedError("linear_regression: not written yet")


def fit_linear(X: Tensor, y: Tensor, lr: float, steps: int) -> tuple[Tensor, Tensor, list[float]]:
    """Gradient descent on the mean squared error, from w = 0 and b = 0, all samples in every step.

    Each step takes both gradients at the same w and b, then moves w and b against them, lr times as far.
    Returns (w, b, losses): w (D,), b one number, as a float or as a tensor without axes, and for each step the loss
    before it, as plain floats: the first is the loss at zero, and the loss at the final w and b is not among them.
    No steps: w and b are zeros, and the list is empty. ValueError: lr <= 0 or steps < 0.
    """
    raise NotImplementedError("linear_regression: not written yet")
