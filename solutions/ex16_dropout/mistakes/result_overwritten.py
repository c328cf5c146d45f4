"""Must fail: test_calls_are_independent
Says: "the second call changed the result that the first call had returned"
Echoes: -

Writes into a buffer that the layer keeps, so a later call overwrites the result of the earlier one.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must lie between 0 and 1")
        self.p = p
        self.buf = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        keep = torch.rand(x.shape) >= self.p
        if x.requires_grad:
            return x * keep / (1 - self.p)
        if self.buf is None or self.buf.shape != x.shape or self.buf.dtype != x.dtype:
            self.buf = torch.empty(x.shape, dtype=x.dtype)
        torch.mul(x, keep, out=self.buf)
        return self.buf.div_(1 - self.p)
