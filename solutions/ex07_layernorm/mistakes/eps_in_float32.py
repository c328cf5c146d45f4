"""Must fail: test_dtype
Says: "is eps float32?"
Echoes: -

Makes a float32 tensor of eps: float64 loses digits where the variance is small.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.dim:
            raise ValueError(f"last axis has {x.shape[-1]} numbers, not {self.dim}")
        mean = x.mean(dim=-1, keepdim=True)
        var = x.var(dim=-1, keepdim=True, unbiased=False)
        return (
            self.weight * (x - mean) / torch.sqrt(var + torch.tensor([self.eps], dtype=torch.float32).to(x.dtype))
            + self.bias
        )
