"""Must fail: test_parameters
Says: "weight is a tensor that no optimizer sees: wrap it in nn.Parameter"
Echoes: test_state, test_scale_and_shift, test_dtype

Scale and shift are plain tensors: they work, but nothing ever trains or saves them.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes each row of D features with its own mean and variance."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = torch.ones(dim)
        self.bias = torch.zeros(dim)

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.weight):
            raise ValueError(f"expected rows of {len(self.weight)} features, got {features}")
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, unbiased=False, keepdim=True)  # divided by D
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
