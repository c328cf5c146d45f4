"""Sums by einsum, a new tensor for each running statistic, the affine map as a diagonal matrix through F.linear."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.register_parameter("weight", nn.Parameter(torch.full((num_features,), 1.0)))
        self.register_parameter("bias", nn.Parameter(torch.full((num_features,), 0.0)))
        for name, value in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, torch.full((num_features,), value))

    def forward(self, x: Tensor) -> Tensor:
        n, f = x.shape
        if f != self.num_features or (self.training and n <= 1):
            raise ValueError(f"cannot normalize a batch of shape {(n, f)}")
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean = torch.einsum("nf->f", x) / n
            squares = torch.einsum("nf,nf->f", x - mean, x - mean)
            var = squares / n
            keep = 1 - self.momentum
            self.running_mean = (keep * self.running_mean + self.momentum * mean).detach()
            self.running_var = (keep * self.running_var + self.momentum * squares / (n - 1)).detach()
        return F.linear(x - mean, torch.diag(self.weight / (var + self.eps) ** 0.5), self.bias)
