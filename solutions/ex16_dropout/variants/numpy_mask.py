"""NumPy draws the mask, torch.where and an autograd function of its own do the rest; eval returns a copy."""

import numpy as np
import torch
from torch import Tensor, nn


class Drop(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, keep, scale):
        ctx.keep, ctx.scale = keep, scale
        return torch.where(keep, x * scale, torch.zeros((), dtype=x.dtype))

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.keep * ctx.scale, None, None


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        if not (p >= 0 and p <= 1):
            raise ValueError
        super().__init__()
        self.drop = p
        self.rng = np.random.default_rng()

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.drop == 0:
            return x.clone()
        if self.drop == 1:
            return x * 0
        keep = torch.as_tensor(self.rng.random(tuple(x.shape)) > self.drop)
        return Drop.apply(x, keep, 1 / (1 - self.drop))
