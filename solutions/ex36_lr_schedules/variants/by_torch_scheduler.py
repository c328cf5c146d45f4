"""PyTorch's own lambda scheduler makes the rates of a throwaway optimizer; initial_lr is kept up to date as well."""

import math

import torch
from torch.optim.lr_scheduler import LambdaLR


def _rate(factor, step):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    LambdaLR(optimizer, lambda _: factor(step))
    return optimizer.param_groups[0]["lr"]


def _at_least(low, *numbers):
    if any(number < low for number in numbers):
        raise ValueError(f"{numbers} must be at least {low}")


def step_decay(step, base, every, gamma):
    _at_least(0, step)
    _at_least(1, every)
    return _rate(lambda s: base * math.pow(gamma, math.floor(s / every)), step)


def cosine(step, base, total, minimum=0.0):
    _at_least(0, step)
    _at_least(1, total)
    return _rate(lambda s: base - (base - minimum) * math.sin(math.pi * min(s, total) / total / 2) ** 2, step)


def warmup_cosine(step, base, warmup, total, minimum=0.0):
    _at_least(0, step, warmup, total - warmup)
    _at_least(1, total)
    if step < warmup:
        return base - base * (warmup - 1 - step) / warmup
    return cosine(step - warmup, base, total - warmup, minimum) if total > warmup else minimum


def set_lr(optimizer, lr):
    for group in optimizer.param_groups:
        rate = float(lr)
        if group.get("lr_scale") is not None:
            rate = rate * group["lr_scale"]
        group["lr"] = group["initial_lr"] = rate
