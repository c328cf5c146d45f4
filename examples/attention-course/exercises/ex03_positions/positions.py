"""ex03: positions."""

from torch import Tensor


def positions(n: int, dim: int) -> Tensor:
    """float32 (n, dim): sin(p / 10000^(2i/dim)) in column 2i of row p, cos in column 2i + 1. Odd dim: ValueError."""
    raise NotImplementedError("positions: not written yet")


def add_positions(x: Tensor) -> Tensor:
    """x + positions, x (T, D), which stays as it is."""
    raise NotImplementedError("add_positions: not written yet")
