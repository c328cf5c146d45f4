"""Must fail: test_averages_each_row
Says: "mean of each row"
Echoes: test_finds_the_best_row
Sometimes: test_finds_the_best_row
Because: the best row is found by the mean

The reference with one error: it averages over the first axis.
"""

from torch import Tensor


def mean_row(x: Tensor) -> Tensor:
    if x.ndim != 2:
        raise ValueError(f"x must have two dimensions, not {x.ndim}")
    return x.sum(0) / x.shape[0]


def best_row(x: Tensor) -> int:
    return int(mean_row(x).argmax())
