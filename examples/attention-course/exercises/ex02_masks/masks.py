"""ex02: masks."""

from torch import Tensor


def causal_mask(n: int) -> Tensor:
    """Bool (n, n): True where position i (row) may look at position j (column), which is j <= i."""
    raise NotImplementedError("causal_mask: not written yet")


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Softmax along the last axis over what the mask allows, exactly 0 elsewhere: (T, S), (T, S) -> (T, S).

    A row that may look nowhere is all 0. Unlike shapes raise ValueError. Scores and mask are not changed.
    """
    raise NotImplementedError("masked_softmax: not written yet")
