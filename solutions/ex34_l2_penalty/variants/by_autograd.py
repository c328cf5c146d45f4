"""Penalty by dot products, its gradient by autograd, and Adam with its averages written out."""

import torch


def _checked(lam):
    if not lam >= 0:
        raise ValueError
    return lam


def l2_penalty(params, lam):
    flat = torch.cat([p.reshape(-1) for p in params])
    return (flat @ flat) * (_checked(lam) / 2)


def _full_gradient(w, grad, lam):
    leaf = w.clone().requires_grad_()
    (by_penalty,) = torch.autograd.grad(l2_penalty((leaf,), lam), leaf)
    return grad + by_penalty


def sgd_step_penalty(w, grad, lr, lam):
    return torch.sub(w, _full_gradient(w, grad, lam), alpha=lr)


def sgd_step_decay(w, grad, lr, lam):
    new = w.clone().mul_(1 - lr * _checked(lam))
    return new.add_(grad, alpha=-lr)


def adam_first_step(w, grad, lr, lam, decoupled):
    beta1, beta2 = 0.9, 0.999
    g = grad.clone() if decoupled else _full_gradient(w, grad, lam)
    m = beta1 * torch.zeros_like(w) + (1 - beta1) * g
    v = beta2 * torch.zeros_like(w) + (1 - beta2) * g**2
    step = lr * (m / (1 - beta1)) / ((v / (1 - beta2)) ** 0.5 + 1e-8)
    shrunk = w * (1 - lr * _checked(lam)) if decoupled else w
    return shrunk - step
