"""Must fail: test_running_statistics
Says: "but a variance in which it weighs"
Echoes: -

The running variance is the square of averaged standard deviations.
"""

import torch
from torch import nn


class RegularizedMLP(nn.Module):
    EPS = 1e-5

    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        if not 0 <= dropout < 1:
            raise ValueError("dropout must lie in [0, 1)")
        super().__init__()
        self.w1 = nn.Linear(in_features, hidden)
        self.w2 = nn.Linear(hidden, num_classes)
        self.scale = nn.Parameter(torch.ones(1, hidden))
        self.shift = nn.Parameter(torch.zeros(1, hidden))
        self.register_buffer("batches", torch.zeros(()))
        self.register_buffer("sum_mean", torch.zeros(1, hidden))
        self.register_buffer("sum_var", torch.zeros(1, hidden))
        self.rate = dropout

    def statistics(self, h):
        if not self.training:
            n = self.batches.clamp(min=1)
            return self.sum_mean / n, (self.sum_var / n) ** 2
        mean = h.mean(dim=0, keepdim=True)
        var = h.var(dim=0, unbiased=False, keepdim=True)
        self.batches += 1
        self.sum_mean += mean.detach()
        self.sum_var += var.detach().sqrt()
        return mean, var

    def forward(self, x):
        h = self.w1(x.reshape(len(x), -1))
        mean, var = self.statistics(h)
        h = self.shift + self.scale * (h - mean) / (var + self.EPS).sqrt()
        h = torch.maximum(h, torch.zeros_like(h))
        if self.training and self.rate:
            h = h.masked_fill(torch.rand_like(h) < self.rate, 0.0).div(1.0 - self.rate)
        return self.w2(h)


def overfit_gap(model, x_train, y_train, x_test, y_test):
    remembered = []
    for m in model.modules():
        remembered.append(m.training)
        m.training = False
    with torch.no_grad():
        n_train = torch.count_nonzero(model(x_train).argmax(1) == y_train).item()
        n_test = torch.count_nonzero(model(x_test).argmax(1) == y_test).item()
    for m, mode in zip(model.modules(), remembered):
        m.training = mode
    return n_train / y_train.numel() - n_test / y_test.numel()
