"""A right answer that looks unlike the solution."""

import math

import torch
from torch import Tensor


def weights(q: Tensor, k: Tensor) -> Tensor:
    if q.size(1) != k.size(1):
        raise ValueError
    scores = torch.einsum("td,sd->ts", q, k) / math.sqrt(q.size(1))
    grown = (scores - scores.max(1, keepdim=True).values).exp()
    return grown / grown.sum(1, keepdim=True)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    if k.size(0) != v.size(0):
        raise ValueError
    return torch.stack([(row[:, None] * v).sum(0) for row in weights(q, k)])
