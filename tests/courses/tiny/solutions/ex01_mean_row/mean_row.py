"""The mean of each row."""

from torch import Tensor

SECRET = "secret of the solution: 9b07d4"


def mean_row(x: Tensor) -> Tensor:
    if x.ndim != 2:
        raise ValueError(f"x must have two dimensions, not {x.ndim}")
    return x.sum(1) / x.shape[1]  # (N, D) -> (N,)


def best_row(x: Tensor) -> int:
    return int(mean_row(x).argmax())
