"""Must fail: test_normalizes_each_row, test_rows_do_not_talk
Says: "row 0 changed when only row 1 was replaced: that is batch norm"
Echoes: test_any_number_of_axes, test_mode_does_not_matter, test_constant_row, test_dtype

Mean and variance run over the first axis.
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
        mean = x.mean(0, keepdim=True)
        var = x.var(0, unbiased=False, keepdim=True)
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
