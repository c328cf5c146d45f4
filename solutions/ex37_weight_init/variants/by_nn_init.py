"""PyTorch's own nn.init, on empty tensors and on the layers themselves."""

import torch
from torch import nn


def xavier_uniform(fan_in, fan_out):
    return nn.init.xavier_uniform_(torch.empty(fan_out, fan_in))


def he_normal(fan_in, fan_out):
    return nn.init.kaiming_normal_(torch.empty(fan_out, fan_in), mode="fan_in", nonlinearity="relu")


def _init(layer):
    if isinstance(layer, nn.Linear | nn.Conv2d):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def init_model(model):
    model.apply(_init)


@torch.no_grad()
def signal_rms(init, depth=20, width=256, batch=256):
    layers = []
    for _ in range(depth):
        layer = nn.Linear(width, width, bias=False)
        layer.weight.copy_(init(width, width))
        layers.append(layer)
    x, found = torch.randn(batch, width), []
    for layer in layers:
        x = layer(x).clamp(min=0)
        found.append(float(x.norm() / x.numel() ** 0.5))
    return found
