"""Must fail: test_extreme_rates
Says: "elements changed"
Echoes: -

Keeps where u > p with u in the dtype of x; in bfloat16 u is 0 in one case of 256, so p = 0 drops elements.
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
        if self.p == 1:
            return torch.zeros_like(x)
        keep = torch.rand_like(x) > self.p
        return x * keep / (1 - self.p)
