"""Must fail: test_state
Says: "state_dict holds running_mean: layer norm remembers nothing"
Echoes: test_mode_does_not_matter, test_any_number_of_axes

A running mean is kept and saved although nothing reads it.
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
        self.register_buffer("running_mean", torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.weight):
            raise ValueError(f"expected rows of {len(self.weight)} features, got {features}")
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, unbiased=False, keepdim=True)  # divided by D
        with torch.no_grad():
            self.running_mean.lerp_(x.flatten(0, -2).mean(0), 0.1)
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
