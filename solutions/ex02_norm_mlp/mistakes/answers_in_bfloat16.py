"""Must fail: test_inputs
Says: "saw dtype bfloat16"
Echoes: -

Casts the logits to bfloat16.
"""

import torch
from torch import Tensor, nn


class Standardize(nn.Module):
    def __init__(self, size, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))

    def moments(self, a):
        raise NotImplementedError

    def forward(self, a):
        var, mean = self.moments(a)
        return (a - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


class PerSample(Standardize):
    def moments(self, a):
        return torch.var_mean(a, dim=-1, correction=0, keepdim=True)


class PerFeature(Standardize):
    def __init__(self, size, eps=1e-5, share=0.1):
        super().__init__(size, eps)
        self.share = share
        self.register_buffer("seen_mean", torch.zeros(size))
        self.register_buffer("seen_var", torch.ones(size))

    def moments(self, a):
        if not self.training:
            return self.seen_var, self.seen_mean
        if a.size(0) == 1:
            raise ValueError("batch norm cannot learn from one sample")
        var, mean = torch.var_mean(a, dim=0, correction=0)
        self.seen_mean = torch.lerp(self.seen_mean, mean.detach(), self.share)
        self.seen_var = torch.lerp(self.seen_var, var.detach(), self.share)
        return var, mean


class NormMLP(nn.Module):
    TABLE = [("none", lambda size: nn.Sequential()), ("batch", PerFeature), ("layer", PerSample)]

    def __init__(self, in_features=784, hidden=128, num_classes=10, norm="none"):
        super().__init__()
        for name, make in self.TABLE:
            if norm == name:
                self.norm = make(hidden)
                break
        else:
            raise ValueError(f"{norm!r} is none of {[name for name, _ in self.TABLE]}")
        self.embed = nn.Linear(in_features, hidden)
        self.classify = nn.Linear(hidden, num_classes)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.act(self.norm(self.embed(x.reshape(len(x), -1))))).bfloat16()
