"""The formulas as they stand, with z cut off where the result no longer changes; slopes by other formulas."""

import torch


def relu(z):
    return (z + z.abs()) / 2


def sigmoid(z):
    return 1 / (1 + torch.exp(-z.clamp(-80, 80)))


def tanh(z):
    up = torch.exp(2 * z.clamp(-20, 20))
    return (up - 1) / (up + 1)


def d_relu(z):
    return torch.heaviside(z, torch.full_like(z, 0.5))


def d_sigmoid(z):
    down = torch.exp(-torch.abs(z))
    return down / (1 + down) ** 2


def d_tanh(z):
    return torch.cosh(z) ** -2


def saturated_share(kind, z, threshold=0.01):
    if kind == "relu":
        slopes = d_relu(z)
    elif kind == "sigmoid":
        slopes = d_sigmoid(z)
    elif kind == "tanh":
        slopes = d_tanh(z)
    else:
        raise ValueError
    low = torch.count_nonzero(slopes < threshold)
    return float(low) / z.numel()
