"""Must fail: test_large_means
Says: "running_var after train mode, means from"
Echoes: -

Computes the remembered variance as mean(x²) - mean².
"""

import torch
from torch import Tensor, nn


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.empty(num_features))
        self.bias = nn.Parameter(torch.empty(num_features))
        self.register_buffer("running_mean", torch.empty(num_features))
        self.register_buffer("running_var", torch.empty(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1)
        self.num_batches_tracked.zero_()

    @torch.no_grad()
    def _remember(self, x: Tensor) -> None:
        mean = x.mean(0)
        var = (x.square().mean(0) - mean.square()) * len(x) / (len(x) - 1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var, self.momentum)
        self.num_batches_tracked += 1

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim != 2 or x.size(1) != self.weight.numel():
            raise ValueError(f"need (N, {self.weight.numel()}), got {tuple(x.shape)}")
        if not self.training:
            return (x - self.running_mean) * (self.running_var + self.eps).rsqrt() * self.weight + self.bias
        if len(x) < 2:
            raise ValueError("one sample has no spread")
        var, mean = torch.var_mean(x, dim=0, correction=0)
        self._remember(x)
        return (x - mean) * (var + self.eps).rsqrt() * self.weight + self.bias
