"""Masks: what may not be read has a score of minus infinity."""

import torch
from torch import Tensor


def causal_mask(n: int) -> Tensor:
    return torch.ones(n, n, dtype=torch.bool).tril()


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    if scores.shape != mask.shape:
        raise ValueError("scores and mask differ in shape")
    allowed = scores.masked_fill(~mask, float("-inf"))
    weights = allowed.softmax(-1)
    return weights.masked_fill(~mask, 0.0)  # a row without any is nan until here
