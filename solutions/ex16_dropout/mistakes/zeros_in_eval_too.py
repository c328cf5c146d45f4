"""Must fail: test_extreme_rates
Says: "eval mode, p = 1: output"
Echoes: -

P = 1 is answered with zeros before the mode is asked, so eval gives zeros too.
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
        if self.p == 1:
            return torch.zeros_like(x)
        if not self.training:
            return x
        keep = torch.rand(x.shape) >= self.p
        return x * keep / (1 - self.p)
