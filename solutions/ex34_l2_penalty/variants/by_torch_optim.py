"""PyTorch's optimizers make the steps; the penalty is a chain of squared norms."""

import math

import torch


def l2_penalty(params, lam):
    if math.copysign(1, lam) < 0:
        raise ValueError(lam)
    total = None
    for p in params:
        square = torch.linalg.vector_norm(p) ** 2
        total = square if total is None else total + square
    return total.mul(lam).div(2)


def _stepped(kind, w, grad, lr, lam):
    parameter = torch.nn.Parameter(w.detach().clone())
    parameter.grad = grad.clone()
    kind([parameter], lr=lr, weight_decay=lam).step()  # refuses a negative weight_decay itself
    return parameter


def sgd_step_penalty(w, grad, lr, lam):
    return _stepped(torch.optim.SGD, w, grad, lr, lam)


def sgd_step_decay(w, grad, lr, lam):
    return _stepped(torch.optim.SGD, w, grad, lr, lam).data


def adam_first_step(w, grad, lr, lam, decoupled):
    return _stepped(torch.optim.AdamW if decoupled else torch.optim.Adam, w, grad, lr, lam)
