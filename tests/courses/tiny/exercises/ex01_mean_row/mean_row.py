"""ex01: the mean of each row."""

from torch import Tensor


def mean_row(x: Tensor) -> Tensor:
    """The mean of each row: x (N, D) -> (N,). Anything but two dimensions raises ValueError."""
    raise NotImplementedError("mean_row: not written yet")


def best_row(x: Tensor) -> int:
    """The number of the row with the largest mean. Anything but two dimensions raises ValueError."""
    raise NotImplementedError("best_row: not written yet")
