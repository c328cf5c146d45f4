"""Must fail: test_input_and_bad_rates
Says: "must raise ValueError, but nothing was raised"
Echoes: -

p is not checked.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        # rand is in [0, 1): below p with probability p, and never at or above 1.
        keep = torch.rand_like(x) >= self.p  # bool, the shape of x
        if self.p < 1:  # at p = 1 nothing survives, so there is nothing to scale
            keep = keep / (1 - self.p)
        return x * keep
