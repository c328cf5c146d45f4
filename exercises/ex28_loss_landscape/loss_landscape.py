"""A loss of two parameters as a grid of heights, gradient descent as a path, and both in one picture."""

from collections.abc import Callable

from matplotlib.figure import Figure
from torch import Tensor


def loss_grid(loss: Callable[[float, float], float], xs: Tensor, ys: Tensor) -> Tensor:
    """Heights (len(ys), len(xs)): row j, column i is loss(xs[i], ys[j]).

    `loss` takes two Python floats and returns one; it may use `math`, and cannot be given whole tensors. `xs` and `ys`
    are 1-d tensors of one type, float32 or float64, which is the result's as well.
    """
    raise NotImplementedError("loss_grid: not written yet")


def descent_path(grad: Callable[[Tensor], Tensor], start: Tensor, lr: float, steps: int) -> Tensor:
    """Points (steps + 1, D) of gradient descent: row 0 is `start`, and row k + 1 is row k minus lr times its gradient.

    `start` is a tensor (D,), of any D, and stays as it is; the path has its type. `grad` takes a point (D,) and
    returns the gradient there, (D,). `steps` may be 0; ValueError if it is negative.
    """
    raise NotImplementedError("descent_path: not written yet")


def plot_path(xs: Tensor, ys: Tensor, grid: Tensor, path: Tensor) -> Figure:
    """A figure with the heights of `grid` and, in the same axes, the path as a line through its points.

    The heights are drawn as contour lines, filled contours, a mesh or an image: free, but in the coordinates of `xs`
    and `ys`. The path (K, 2) is a line in the order of its rows. No window is opened; size, colors, markers, labels
    and further lines are free.
    """
    raise NotImplementedError("plot_path: not written yet")
