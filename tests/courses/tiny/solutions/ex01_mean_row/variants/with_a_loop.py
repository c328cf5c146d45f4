"""A right answer that looks unlike the solution."""

import torch
from torch import Tensor


def mean_row(x: Tensor) -> Tensor:
    if x.dim() != 2:
        raise ValueError("one row or a cube is no batch")
    return torch.stack([row.mean() for row in x])


def best_row(x: Tensor) -> int:
    means = mean_row(x).tolist()
    return means.index(max(means))
