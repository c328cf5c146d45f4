"""Must fail: test_mode_does_not_matter, test_state
Says: "eval mode, 4 rows, after two other batches"
Echoes: -

Eval mode uses a remembered mean and variance, as batch norm does.
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
        self.register_buffer("running_mean", torch.zeros(1))
        self.register_buffer("running_var", torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.weight):
            raise ValueError(f"expected rows of {len(self.weight)} features, got {features}")
        # keepdim leaves (..., 1), which subtracts from (..., D) row by row.
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, unbiased=False, keepdim=True)  # divided by D
        if self.training:
            with torch.no_grad():
                self.running_mean.lerp_(mean.mean().view(1), 0.1)
                self.running_var.lerp_(var.mean().view(1), 0.1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
