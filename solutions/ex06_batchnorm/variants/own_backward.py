"""Writes the backward pass by hand, in an autograd.Function of its own, and keeps its memory by way of NumPy."""

import torch
from torch import Tensor, nn


class Normalize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, eps):
        gap = x - x.mean(0)
        inverse = (gap.square().mean(0) + eps).rsqrt()
        ctx.save_for_backward(gap * inverse, inverse)
        return gap * inverse

    @staticmethod
    def backward(ctx, grad):
        hat, inverse = ctx.saved_tensors
        return inverse * (grad - grad.mean(0) - hat * (grad * hat).mean(0)), None


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.shape, self.eps, self.momentum = (num_features,), eps, momentum
        self.weight = nn.Parameter(torch.ones(self.shape))
        self.bias = nn.Parameter(torch.zeros(self.shape))
        self.register_buffer("running_mean", torch.zeros(self.shape))
        self.register_buffer("running_var", torch.ones(self.shape))

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim != 2 or tuple(x.shape[1:]) != self.shape:
            raise ValueError(f"x has the shape {tuple(x.shape)}")
        if not self.training:
            return self.bias + self.weight * (x - self.running_mean) / (self.running_var + self.eps).sqrt()
        if x.shape[0] < 2:
            raise ValueError("train mode needs two samples or more")
        seen = x.detach().numpy().astype("float64")
        for memory, batch in ((self.running_mean, seen.mean(0)), (self.running_var, seen.var(0, ddof=1))):
            memory.data += self.momentum * (torch.from_numpy(batch).to(memory) - memory)
        return Normalize.apply(x, self.eps) * self.weight + self.bias
