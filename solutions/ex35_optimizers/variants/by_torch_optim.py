"""PyTorch's optimizers make the steps, and the state is theirs."""

import copy

import torch


def _stepped(kind, p, g, state, **options):
    parameter = torch.nn.Parameter(p.detach().clone())
    optimizer = kind([parameter], **options)
    if state:
        optimizer.state[parameter] = copy.deepcopy(state["theirs"])
    parameter.grad = g.detach().clone()
    optimizer.step()
    state["theirs"] = optimizer.state[parameter]
    return parameter.detach()


def momentum_step(p, g, state, lr=0.01, mu=0.9):
    if not 0 <= mu < 1:
        raise ValueError("mu")
    return _stepped(torch.optim.SGD, p, g, state, lr=lr, momentum=mu)


def rmsprop_step(p, g, state, lr=0.01, rho=0.99, eps=1e-8):
    if rho < 0 or rho >= 1:
        raise ValueError("rho")
    return _stepped(torch.optim.RMSprop, p, g, state, lr=lr, alpha=rho, eps=eps)


def adam_step(p, g, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    return _stepped(torch.optim.AdamW, p, g, state, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
