"""Must fail: test_dtype
Says: "other weight and bias; are these float32 in between?"
Echoes: -

Puts weight and bias through float32.
"""

import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        nn.Module.__init__(self)
        self._eps = eps
        self.weight = nn.Parameter(torch.full((dim,), 1.0))
        self.bias = nn.Parameter(torch.full((dim,), 0.0))

    def forward(self, x):
        d = self.weight.shape[0]
        if x.shape[-1] != d:
            raise ValueError("D")
        wide = x.to(torch.float64)
        # E[x^2] - E[x]^2 of what is left after the mean has gone
        wide = wide - wide.mean(-1, keepdim=True)
        second = torch.mean(wide**2, -1, keepdim=True)
        out = self.weight.float().double() * (wide / (second + self._eps) ** 0.5) + self.bias.float().double()
        return out.to(dtype=x.dtype)
