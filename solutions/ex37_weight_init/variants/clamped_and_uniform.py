"""Clamped at two standard deviations, uniform weights in the model, `data` replaced, all weights drawn first."""

import numpy as np
import torch
from torch import nn


def xavier_uniform(fan_in, fan_out):
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return torch.empty(fan_out, fan_in).uniform_(-bound, bound)


def he_normal(fan_in, fan_out):
    std = (2 / fan_in) ** 0.5
    return (std * torch.randn(fan_out, fan_in)).clamp_(-2 * std, 2 * std)


def init_model(model):
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            bound = (6 / layer.weight[0].numel()) ** 0.5
            layer.weight.data = torch.empty_like(layer.weight).uniform_(-bound, bound)
            layer.weight.grad = None
            if layer.bias is not None:
                layer.bias.data = torch.zeros_like(layer.bias)


def signal_rms(init, depth=20, width=256, batch=256):
    weights = [init(fan_in=width, fan_out=width) for _ in range(depth)]
    x, sizes = torch.randn(batch, width), []
    for weight in weights:
        x = (weight @ x.T).clamp(min=0).T
        sizes.append(np.float32(x.detach().double().square().mean().item() ** 0.5))
    return sizes
