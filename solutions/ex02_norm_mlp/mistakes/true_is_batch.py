"""Must fail: test_names
Says: "norm being: True must raise ValueError"
Echoes: -

Takes True for batch norm, as a flag would be.
"""

import torch
from torch import nn


class NormError(ValueError):
    pass


class TransposedLayerNorm(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(features, 1))
        self.beta = nn.Parameter(torch.zeros(features, 1))

    def forward(self, a):
        t = a.T
        centered = t - t.sum(0) / t.shape[0]
        scale = (centered.pow(2).sum(0) / t.shape[0] + 1e-6).rsqrt()
        return (self.gamma * centered * scale + self.beta).T


class NormMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, norm="none"):
        super().__init__()
        self.bn = self.ln = None
        if norm == "batch" or norm is True:
            self.bn = nn.BatchNorm1d(hidden)
        elif norm == "layer":
            self.ln = TransposedLayerNorm(hidden)
        elif norm != "none":
            raise NormError(norm)
        self.a = nn.Linear(in_features, hidden)
        self.b = nn.Linear(hidden, num_classes)

    def forward(self, x):
        n = x.shape[0]
        h = self.a(x.contiguous().view(n, -1))
        if self.bn is not None:
            if self.training and n == 1:
                raise NormError("N = 1")
            h = self.bn(h.unsqueeze(2)).squeeze(2)
        if self.ln is not None:
            h = self.ln(h)
        return self.b(h * (h > 0))
