"""A norm of its own without gain and shift, parts nested, backward() for some tensors only."""

import math

import torch
from torch import nn


class Unit(nn.Module):
    def forward(self, x):
        centered = x - x.mean(-1, keepdim=True)
        return centered / (centered.square().mean(-1, keepdim=True) + 1e-6).sqrt()


class Block(nn.Module):
    def __init__(self, width, activation, skip=True, norm=True):
        super().__init__()
        self.f = nn.Sequential(*([Unit()] if norm else []), nn.Linear(width, width), activation)
        self.kept = float(skip)

    def forward(self, x):
        return torch.add(self.f(x), self.kept * x)


def deep_net(depth, width, activation, skip, norm, out=1):
    if depth < 1:
        raise ValueError
    body = nn.Sequential()
    for i in range(depth):
        body.add_module(f"block{i}", Block(width, activation(), skip, norm))
    return nn.Sequential(body, nn.Sequential(Unit() if norm else nn.Identity(), nn.Linear(width, out)))


def gradient_norms(model, loss):
    weights = [m.weight for m in model.modules() if isinstance(m, nn.Linear)]
    held = [w.grad for w in weights]
    for w in weights:
        w.grad = None
    loss.backward(inputs=weights, retain_graph=True)
    norms = [math.sqrt(float(w.grad.double().square().sum())) for w in weights]
    for w, old in zip(weights, held, strict=True):
        w.grad = old
    return norms


def diagnose(norms):
    if len(norms) == 0:
        raise ValueError
    for norm in norms:
        if norm != norm or norm > 1000:
            return "exploding"
    return "vanishing" if norms[0] < norms[-1] / 1000 else "healthy"
