"""A right answer that looks unlike the solution."""

import torch
from torch import Tensor


def causal_mask(n: int) -> Tensor:
    places = torch.arange(n)
    return places[:, None] >= places


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    if scores.size() != mask.size():
        raise ValueError
    result = torch.zeros_like(scores)
    for row, allowed, out in zip(scores, mask, result, strict=True):
        if allowed.any():
            out[allowed] = row[allowed].softmax(0)
    return result
