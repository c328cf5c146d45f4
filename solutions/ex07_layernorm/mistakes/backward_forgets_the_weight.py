"""Must fail: test_gradient
Says: "right for weight 1 only"
Echoes: -

The backward pass forgets the weight: right at the start.
"""

import torch
from torch import nn


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        mean = x.mean(-1, keepdim=True)
        c = x - mean
        rstd = (c.pow(2).mean(-1, keepdim=True) + eps).rsqrt()
        z = c * rstd
        ctx.save_for_backward(z, rstd, weight)
        return z * weight + bias

    @staticmethod
    def backward(ctx, grad):
        z, rstd, weight = ctx.saved_tensors
        g = grad
        gx = rstd * (g - g.mean(-1, keepdim=True) - z * (g * z).mean(-1, keepdim=True))
        axes = tuple(range(grad.dim() - 1))
        gw, gb = grad * z, grad
        if axes:
            gw, gb = gw.sum(axes), gb.sum(axes)
        return gx, gw, gb, None


class LayerNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        if x.shape[-1] != len(self.weight):
            raise ValueError("LayerNorm: wrong last axis")
        return _Norm.apply(x, self.weight, self.bias, self.eps)
