"""Must fail: test_form
Says: "unsupported ScalarType BFloat"
Echoes: test_extreme_rates

Goes through numpy with x itself, which has no bfloat16: TypeError.
"""

import numpy as np
import torch
from torch import Tensor, nn


class _Apply(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        keep = np.asarray(np.random.random(tuple(x.shape)) >= p)
        ctx.keep, ctx.q = torch.as_tensor(keep), 1 - p
        return torch.as_tensor(np.asarray(x.detach().numpy() * keep)).to(x.dtype) / ctx.q

    @staticmethod
    def backward(ctx, g):
        return g * ctx.keep / ctx.q, None


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
        return _Apply.apply(x, self.p)
