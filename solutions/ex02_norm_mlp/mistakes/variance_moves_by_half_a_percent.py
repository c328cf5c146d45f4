"""Must fail: test_running
Says: "the running mean and variance must be about this batch's"
Echoes: -

A new batch counts for 0.5 % in the running variance.
"""

import torch
from torch import nn

NORMS = ["none", "batch", "layer"]


class NormMLP(nn.Module):
    EPS = 1e-5
    MOMENTUM = 0.1

    def __init__(self, in_features=784, hidden=128, num_classes=10, norm="none"):
        super().__init__()
        if not any(isinstance(norm, str) and norm == n for n in NORMS):
            raise ValueError(f"norm is {norm!r}, must be one of {NORMS}")
        self.kind = norm
        self.first = nn.Linear(in_features, hidden)
        self.second = nn.Linear(hidden, num_classes)
        if norm != "none":
            self.gamma = nn.Parameter(torch.ones(hidden))
            self.beta = nn.Parameter(torch.zeros(hidden))
        if norm == "batch":
            self.register_buffer("mean", torch.zeros(hidden))
            self.register_buffer("var", torch.ones(hidden))

    def _standardize(self, a, mean, var):
        return self.gamma * (a - mean) / torch.sqrt(var + self.EPS) + self.beta

    def _batch(self, a):
        if not self.training:
            return self._standardize(a, self.mean, self.var)
        if a.shape[0] == 1:
            raise ValueError("a single sample has no variance")
        mean = a.mean(dim=0)
        var = ((a - mean) ** 2).mean(dim=0)
        with torch.no_grad():
            self.mean += self.MOMENTUM * (mean - self.mean)
            self.var += 0.005 * (var - self.var)
        return self._standardize(a, mean, var)

    def _layer(self, a):
        mean = a.mean(dim=1, keepdim=True)
        var = ((a - mean) ** 2).mean(dim=1, keepdim=True)
        return self._standardize(a, mean, var)

    def forward(self, x):
        a = self.first(x.reshape(x.shape[0], -1))
        if self.kind == "batch":
            a = self._batch(a)
        if self.kind == "layer":
            a = self._layer(a)
        return self.second(torch.relu(a))
