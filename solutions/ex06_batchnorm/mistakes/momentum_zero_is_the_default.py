"""Must fail: test_running_variance
Says: "momentum means 0%"
Echoes: test_running_mean

`momentum or 0.1`: 0 is taken for the default.
"""

import torch
from torch import nn


class BatchNorm(nn.Module):
    """Adapted from torchvision-like code; sums are collected in float64."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum or 0.1
        ones, zeros = torch.ones(num_features), torch.zeros(num_features)
        self.weight, self.bias = nn.Parameter(ones.clone()), nn.Parameter(zeros.clone())
        self.register_buffer("running_mean", zeros)
        self.register_buffer("running_var", ones)

    def forward(self, x):
        if x.shape[-1] != self.num_features:
            raise ValueError(f"features: {x.shape[-1]} instead of {self.num_features}")
        wide = x.double()
        if self.training:
            count = x.shape[0]
            if count < 2:
                raise ValueError(f"{count} sample(s) in train()")
            mean = wide.mean(0)
            var = (wide - mean).square().mean(0)
            self._feed(mean.detach(), var.detach() * count / (count - 1))
        else:
            mean, var = self.running_mean.double(), self.running_var.double()
        out = (wide - mean) / torch.sqrt(var + self.eps)
        return out.to(x.dtype) * self.weight + self.bias

    def _feed(self, mean, var):
        m = self.momentum
        self.running_mean.copy_((1 - m) * self.running_mean + m * mean)
        self.running_var.copy_((1 - m) * self.running_var + m * var)
