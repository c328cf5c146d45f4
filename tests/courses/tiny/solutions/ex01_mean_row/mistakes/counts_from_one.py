"""Must fail: test_finds_the_best_row
Says: "best row"
Echoes: -

The reference with one error: rows are counted from 1.
"""

from torch import Tensor


def mean_row(x: Tensor) -> Tensor:
    if x.ndim != 2:
        raise ValueError(f"x must have two dimensions, not {x.ndim}")
    return x.sum(1) / x.shape[1]


def best_row(x: Tensor) -> int:
    return int(mean_row(x).argmax()) + 1
