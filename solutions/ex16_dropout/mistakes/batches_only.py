"""Must fail: test_form
Says: "not enough values to unpack"
Echoes: -

Takes for granted that x is a batch of vectors or more.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability from 0 to 1, got {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        # rand is in [0, 1): below p with probability p, and never at or above 1.
        rows, columns, *rest = x.shape if x.dim() != 1 else (len(x), 1)
        keep = torch.rand(rows, columns, *rest).reshape(x.shape) >= self.p
        if self.p == 1:  # nothing survives, so there is nothing to scale
            return x * keep
        return x * keep / (1 - self.p)
