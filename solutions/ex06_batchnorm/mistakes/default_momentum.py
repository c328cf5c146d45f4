"""Must fail: test_running_variance
Says: "(the default): the first batch moved it 90% of the way"
Echoes: test_running_mean

The default of momentum is 0.9.
"""

import torch
from torch import nn


def welford(rows):
    mean = torch.zeros_like(rows[0])
    m2 = torch.zeros_like(rows[0])
    for k, row in enumerate(rows, start=1):
        delta = row - mean
        mean = mean + delta / k
        m2 = m2 + delta * (row - mean)
    return mean, m2


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.9):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        n, f = x.shape
        if f != self.weight.shape[0]:
            raise ValueError("wrong number of features")
        if self.training:
            if n < 2:
                raise ValueError("batch too small")
            mean, m2 = welford(x.unbind(0))
            var = m2 / n
            self.running_mean += self.momentum * (mean.detach() - self.running_mean)
            self.running_var += self.momentum * (m2.detach() / (n - 1) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * ((x - mean) / (var + self.eps).sqrt()) + self.bias
