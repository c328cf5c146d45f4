"""Right: torch.nn.functional does the arithmetic, the module only holds the numbers."""

import torch
import torch.nn.functional as F
from torch import nn


class NormMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, norm="none"):
        if norm not in ("none", "batch", "layer"):
            raise ValueError("norm: none, batch or layer")
        super().__init__()
        self.kind = norm
        self.one, self.two = nn.Linear(in_features, hidden), nn.Linear(hidden, num_classes)
        if norm != "none":
            self.gamma = nn.Parameter(torch.ones(hidden))
            self.beta = nn.Parameter(torch.zeros(hidden))
        if norm == "batch":
            self.register_buffer("seen_mean", torch.zeros(hidden))
            self.register_buffer("seen_var", torch.ones(hidden))

    def forward(self, x):
        h = self.one(torch.flatten(x, start_dim=1))
        if self.kind == "batch":
            h = F.batch_norm(h, self.seen_mean, self.seen_var, self.gamma, self.beta, training=self.training)
        if self.kind == "layer":
            h = F.layer_norm(h, h.shape[1:], self.gamma, self.beta)
        return self.two(torch.relu(h))
