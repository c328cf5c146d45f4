"""Must fail: test_rows_do_not_talk
Says: "token 0 changed when only token 1 was replaced: that is one mean for a whole sequence"
Echoes: test_any_number_of_axes, test_scale_and_shift

All axes but the first are averaged: right for (N, D), wrong for a sequence.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes each row of D features with its own mean and variance."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.weight):
            raise ValueError(f"expected rows of {len(self.weight)} features, got {features}")
        axes = tuple(range(1, x.dim()))
        mean = x.mean(axes, keepdim=True)
        var = x.var(axes, unbiased=False, keepdim=True)  # divided by D
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
