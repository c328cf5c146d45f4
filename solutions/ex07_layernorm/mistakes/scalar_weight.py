"""Must fail: test_parameters
Says: "weight must have one number per feature"
Echoes: test_scale_and_shift

One number scales all features alike.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes each row of D features with its own mean and variance."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps
        self.weight = nn.Parameter(torch.ones(1))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != self.dim:
            raise ValueError(f"expected rows of {self.dim} features, got {features}")
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, unbiased=False, keepdim=True)  # divided by D
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
