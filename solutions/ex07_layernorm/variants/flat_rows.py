"""Flattens to one matrix of rows, centers them, and divides by the root of their mean square, all in float64."""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.register_parameter("bias", nn.Parameter(torch.zeros(dim)))
        self.register_parameter("weight", nn.Parameter(torch.zeros(dim) + 1))
        self.dim, self.eps = dim, eps

    def forward(self, x: Tensor) -> Tensor:
        if x.size(-1) != self.dim:
            raise ValueError(f"rows of {x.size(-1)} numbers instead of {self.dim}")
        rows = x.reshape(-1, self.dim).double()
        rows = rows - rows.sum(1, keepdim=True) / self.dim
        square = torch.linalg.vecdot(rows, rows) / self.dim
        rows = rows / (square + self.eps).sqrt()[:, None]
        return torch.addcmul(self.bias, rows.to(x.dtype), self.weight).view(x.shape)
