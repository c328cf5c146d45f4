"""Must fail: test_gap_of_a_model_made_by_hand
Says: "/517: gap"
Echoes: -

The mean of the batches' accuracies, in which the smaller last batch counts as much as the others.
"""

import torch
from torch import nn


class PlainBatchNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.scale = nn.Parameter(torch.ones(dim))
        self.shift = nn.Parameter(torch.zeros(dim))
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("var", torch.ones(dim))
        self.register_buffer("seen", torch.tensor(0))

    def forward(self, h):
        if self.training:
            mean = h.mean(0)
            var = ((h - mean) ** 2).mean(0)
            with torch.no_grad():
                self.seen += 1
                share = 1.0 / self.seen.item()
                self.mean += share * (mean - self.mean)
                self.var += share * (var - self.var)
        else:
            mean, var = self.mean, self.var
        return (h - mean) / torch.sqrt(var + self.eps) * self.scale + self.shift


class PlainDropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        keep = torch.rand(h.shape, device=h.device) >= self.p
        return h * keep / (1 - self.p)


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.first = nn.Linear(in_features, hidden)
        self.norm = PlainBatchNorm(hidden)
        self.drop = PlainDropout(dropout)
        self.last = nn.Linear(hidden, num_classes)

    def forward(self, x):
        h = self.first(torch.flatten(x, start_dim=1))
        h = self.norm(h)
        h = h.clamp(min=0)
        h = self.drop(h)
        return self.last(h)


def overfit_gap(model, x_train, y_train, x_test, y_test):
    before = {name: part.training for name, part in model.named_modules()}
    model.train(False)
    shares = []
    with torch.inference_mode():
        for x, y in [(x_train, y_train), (x_test, y_test)]:
            right = 0
            for xs, ys in zip(x.split(64), y.split(64)):
                right += float((model(xs).max(1).indices == ys).float().mean())
            shares.append(right / len(x.split(64)))
    for name, part in model.named_modules():
        part.training = before[name]
    return shares[0] - shares[1]
