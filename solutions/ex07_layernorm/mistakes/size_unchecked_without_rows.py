"""Must fail: test_wrong_size
Says: "must raise ValueError, but raised RuntimeError: einsum"
Echoes: -

Checks the last axis row by row, so not where there are no rows.
"""

import math

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight, self.bias = nn.Parameter(torch.ones((dim,))), nn.Parameter(torch.zeros((dim,)))

    def forward(self, x: Tensor) -> Tensor:
        *rest, d = x.shape
        if x.numel() and d != self.weight.numel():
            raise ValueError(f"x ends with an axis of {d}, not of {self.weight.numel()}")
        c = x - x.mean(-1).unsqueeze(-1)
        var = torch.einsum("...d,...d->...", c, c) / d
        scale = 1.0 / (var + self.eps).pow(0.5)
        return torch.einsum("...d,...,d->...d", c, scale, self.weight) + self.bias
