"""ex01: dot-product attention."""

from torch import Tensor


def weights(q: Tensor, k: Tensor) -> Tensor:
    """softmax(q kᵀ / √D) along the keys: q (T, D), k (S, D) -> (T, S). Unlike D raises ValueError."""
    raise NotImplementedError("weights: not written yet")


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The values, mixed by the weights: v (S, E) -> (T, E). As many values as keys, else ValueError."""
    raise NotImplementedError("attention: not written yet")
