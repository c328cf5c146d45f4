"""Asks autograd for the gradients and puts them in place; mode given back; a running mean over the epoch."""

import numpy as np
import torch


def train_step(model, xb, yb, loss_fn, optimizer):
    was = model.training
    model.train()
    parameters = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
    loss = loss_fn(model(xb), yb)
    grads = torch.autograd.grad(loss, parameters, allow_unused=True)
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad
    optimizer.step()
    optimizer.zero_grad()
    model.train(was)
    return np.float64(loss.detach().numpy())


def train_epoch(model, loader, loss_fn, optimizer):
    mean, seen = 0.0, 0
    for xb, yb in loader:
        seen += len(xb)
        mean += (train_step(model, xb, yb, loss_fn, optimizer) - mean) * len(xb) / seen
    if not seen:
        raise ValueError
    return mean
