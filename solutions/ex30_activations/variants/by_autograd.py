"""PyTorch's own functions, with slopes by autograd."""

import torch


def relu(z):
    return z.clamp(min=0)


def sigmoid(z):
    return torch.sigmoid(z)


def tanh(z):
    return z.tanh()


def _slope(function, z):
    z = z.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(function(z).sum(), z)
    return slope


def d_relu(z):
    return _slope(torch.relu, z)


def d_sigmoid(z):
    return _slope(sigmoid, z)


def d_tanh(z):
    return _slope(tanh, z)


def saturated_share(kind, z, threshold=0.01):
    try:
        function = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}[kind]
    except KeyError:
        raise ValueError(f"no such kind: {kind}") from None
    slopes = _slope(function, z).flatten()
    return sum(slope < threshold for slope in slopes.tolist()) / len(slopes)
