"""F.layer_norm, one gradient after the other, NumPy for the norms and the rules."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width, activation, skip=True, norm=True):
        super().__init__()
        self.width, self.skip, self.norm = width, skip, norm
        self.add_module("lin", nn.Linear(width, width))
        self.add_module("act", activation)

    def forward(self, x):
        inside = F.layer_norm(x, (self.width,)) if self.norm else x
        inside = self.act(self.lin(inside)).clone()
        if self.skip:
            inside += x
        return inside


class Deep(nn.Sequential):
    pass


def deep_net(depth, width, activation, skip, norm, out=1):
    if depth <= 0:
        raise ValueError(f"depth {depth}")
    parts = [Block(width, activation(), skip=skip, norm=norm) for _ in range(depth)]
    parts += [nn.LayerNorm(width, elementwise_affine=False)] * bool(norm)
    return Deep(*parts, nn.Linear(width, out))


def gradient_norms(model, loss):
    norms = []
    for module in model.modules():
        if isinstance(module, nn.Linear):
            (gradient,) = torch.autograd.grad(loss, module.weight, retain_graph=True)
            norms.append(np.linalg.norm(gradient.numpy()))
    return norms


def diagnose(norms):
    seen = np.asarray(norms, dtype=float)
    if seen.size == 0:
        raise ValueError("no norms")
    if not np.isfinite(seen).all() or seen.max() > 1e3:
        return "exploding"
    return "vanishing" if seen[0] < 1e-3 * seen[-1] else "healthy"
