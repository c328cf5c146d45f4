"""Must fail: test_normalizes_each_row
Says: "the mean is not subtracted"
Echoes: test_far_from_zero, test_constant_row

The numbers are divided by their root mean square.
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
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        var = x.square().mean(-1, keepdim=True)
        return self.weight * x * torch.rsqrt(var + self.eps) + self.bias
