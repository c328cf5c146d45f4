"""Layer norm of the transposed batch does the arithmetic; the memory is fed by a method, and refusals have no words."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.register_buffer("num_batches_tracked", torch.tensor(0))
        for name, value in (("running_var", 1.0), ("running_mean", 0.0)):
            self.register_buffer(name, torch.full((num_features,), value))
        self.register_parameter("bias", nn.Parameter(torch.zeros(num_features)))
        self.register_parameter("weight", nn.Parameter(torch.ones(num_features)))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1:] != self.bias.shape:
            raise ValueError
        if not self.training:
            return torch.addcmul(self.bias, (x - self.running_mean) / (self.running_var + self.eps) ** 0.5, self.weight)
        if len(x) <= 1:
            raise ValueError
        self.remember("running_mean", x.detach().mean(0))
        self.remember("running_var", x.detach().std(0) ** 2)
        self.num_batches_tracked += 1
        return F.layer_norm(x.T, (len(x),), eps=self.eps).T * self.weight + self.bias

    def remember(self, name: str, batch: Tensor) -> None:
        setattr(self, name, (1 - self.momentum) * getattr(self, name) + self.momentum * batch)
