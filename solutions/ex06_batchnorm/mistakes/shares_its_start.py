"""Must fail: test_new_layer
Says: "of a new layer, another one having learned"
Echoes: -

All layers of one size share the buffers that they start with.
"""

import torch
from torch import nn

_START = {}


class _Memory(nn.Module):
    def __init__(self, size, momentum):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("running_mean", _START.setdefault((0, size), torch.zeros(size)))
        self.register_buffer("running_var", _START.setdefault((1, size), torch.ones(size)))

    def remember(self, **batch):
        for name, value in batch.items():
            buffer = getattr(self, f"running_{name}")
            buffer.copy_((1 - self.momentum) * buffer + self.momentum * value.detach())


class BatchNorm(_Memory):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, momentum)
        self.eps = float(eps)
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))

    def statistics(self, x):
        if not self.training:
            return self.running_mean, self.running_var
        if x.shape[0] < 2:
            raise ValueError("need at least 2 samples in train mode")
        self.remember(mean=x.mean(0), var=x.var(0))
        return x.mean(0), x.var(0, unbiased=False)

    def forward(self, x):
        if x.shape[1:] != self.weight.shape:
            raise ValueError(f"{tuple(x.shape[1:])} is not {tuple(self.weight.shape)}")
        mean, var = self.statistics(x)
        y = x - mean
        y = y / torch.sqrt(var + self.eps)
        y = y * self.weight
        return y + self.bias
