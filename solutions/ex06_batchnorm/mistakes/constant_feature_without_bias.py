"""Must fail: test_nearly_constant_features
Says: "what the bias adds to it"
Echoes: -

A feature without spread gives 0 in place of the bias.
"""

import torch
from torch import nn


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_features, dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros(num_features, dtype=torch.float32))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))
        self.eps = eps
        self.momentum = momentum

    def forward(self, x):
        if x.size(1) != self.weight.size(0):
            raise ValueError("num_features")
        return self._batch(x) if self.training else self._memory(x)

    def _batch(self, x):
        n = x.size(0)
        if not n > 1:
            raise ValueError("n")
        mean = torch.mean(x, 0)
        y = x.clone()
        y -= mean
        var = torch.sum(y * y, 0) / n
        with torch.no_grad():
            self.num_batches_tracked += 1
            new = torch.stack([mean, var * (n / (n - 1.0))])
            old = torch.stack([self.running_mean, self.running_var])
            mixed = torch.lerp(old, new, self.momentum)
            self.running_mean.set_(mixed[0].clone())
            self.running_var.set_(mixed[1].clone())
        out = torch.addcmul(self.bias, self.weight, y / (var + self.eps).pow(0.5))
        return torch.where(var == 0, torch.zeros_like(out), out)

    def _memory(self, x):
        gain = self.weight / torch.sqrt(self.running_var + self.eps)
        return (x - self.running_mean) * gain + self.bias
