"""Must fail: test_parameters
Says: "the layer has no parameter `weight`; its parameters: gamma, beta"
Echoes: test_scale_and_shift, test_state

The parameters have the names of the formula, not those of the stub.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes each row of D features with its own mean and variance."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(dim))
        self.beta = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.gamma):
            raise ValueError(f"expected rows of {len(self.gamma)} features, got {features}")
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, unbiased=False, keepdim=True)  # divided by D
        return self.gamma * (x - mean) * torch.rsqrt(var + self.eps) + self.beta
