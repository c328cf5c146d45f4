"""Dot-product attention: Vaswani et al., "Attention Is All You Need" (2017), equation 1."""

from torch import Tensor


def weights(q: Tensor, k: Tensor) -> Tensor:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError("queries and keys differ in length")
    scores = q @ k.T / q.shape[-1] ** 0.5  # (T, S)
    return scores.softmax(-1)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    if len(k) != len(v):
        raise ValueError("as many values as keys are needed")
    return weights(q, k) @ v
