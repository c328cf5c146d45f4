"""Buffers made once and written in place, as in torch.optim; the state of Adam is one tuple."""

import torch


def _within(*numbers):
    if not all(0.0 <= number < 1.0 for number in numbers):
        raise ValueError("betas must lie in [0, 1)")


def _rate(lr):
    if not lr >= 0.0:
        raise ValueError(f"lr {lr}")
    return lr


def momentum_step(p, g, state, lr=0.01, mu=0.9):
    _within(mu)
    _rate(lr)
    if "buffer" in state:
        state["buffer"].mul_(mu).add_(g)
    else:
        state["buffer"] = g.detach().clone()
    return p.add(state["buffer"], alpha=-lr)


def rmsprop_step(p, g, state, lr=0.01, rho=0.99, eps=1e-8):
    _within(rho)
    average = state.setdefault("average of squares", torch.zeros_like(p))
    average.mul_(rho).addcmul_(g, g, value=1 - rho)
    return p.addcdiv(g, average.sqrt().add_(eps), value=-_rate(lr))


def adam_step(p, g, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    _within(*betas)
    _rate(lr)
    if not state:
        state["all"] = (torch.zeros(()), torch.zeros_like(p), torch.zeros_like(p))
    count, first, second = state["all"]
    count += 1
    t = int(count)
    first.lerp_(g, 1 - betas[0])
    second.mul_(betas[1]).add_((1 - betas[1]) * g.square())
    size = (second.sqrt() / (1 - betas[1] ** t) ** 0.5).add_(eps)
    new = p.clone()
    new.mul_(1 - lr * weight_decay)
    return new.addcdiv_(first, size, value=-lr / (1 - betas[0] ** t))
