"""The state holds every gradient so far, and each average is written out as a weighted sum."""

import torch


def _remembered(g, state):
    state["history"] = (*state.get("history", ()), g.clone())
    return torch.stack(state["history"])


def _weights(beta, count, like):
    powers = [beta ** (count - 1 - i) for i in range(count)]
    return torch.tensor(powers, dtype=like.dtype).reshape(-1, *[1] * (like.ndim - 1))


def _refuse(lr, betas):
    if lr < 0 or min(betas) < 0 or max(betas) >= 1:
        raise ValueError


def momentum_step(p, g, state, lr=0.01, mu=0.9):
    _refuse(lr, [mu])
    history = _remembered(g, state)
    return p - lr * (_weights(mu, len(history), history) * history).sum(0)


def rmsprop_step(p, g, state, lr=0.01, rho=0.99, eps=1e-8):
    _refuse(lr, [rho])
    history = _remembered(g, state)
    mean = (1 - rho) * (_weights(rho, len(history), history) * history**2).sum(0)
    return p - lr * g / (mean**0.5 + eps)


def adam_step(p, g, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    _refuse(lr, betas)
    history = _remembered(g, state)
    first, second = (_weights(beta, len(history), history) for beta in betas)
    m = (first * history).sum(0) / first.sum()
    s = (second * history**2).sum(0) / second.sum()
    return p - lr * (m / (s**0.5 + eps)) - lr * weight_decay * p
