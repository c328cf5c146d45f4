"""Must fail: test_form
Says: "because the unspecified dimension size"
Echoes: -

Reshapes to.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must lie between 0 and 1")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.p == 1 or x.dim() == 0:
            return x * (torch.rand(x.shape) >= self.p) / ((1 - self.p) or 1)
        rows = x.reshape(-1, x.shape[-1])
        rows = rows * (torch.rand(rows.shape) >= self.p) / (1 - self.p)
        return rows.reshape(x.shape)
