"""Steps by torch.autograd.grad without an optimizer; random.Random for the order; NumPy for the losses."""

import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F


def initial_loss(model: nn.Module, x, y) -> float:
    n = len(x)
    if n == 0:
        raise ValueError("empty batch")
    modes = [m.training for m in model.modules()]
    for m in model.modules():
        m.training = False
    with torch.set_grad_enabled(False):
        z = model(x)
        loss = (torch.logsumexp(z, 1) - z.gather(1, y[:, None]).squeeze(1)).sum() / n
    for m, mode in zip(model.modules(), modes, strict=True):
        m.training = mode
    return loss.tolist()


def checklist(make_model, make_step, x, y, num_classes, steps=150):
    if not (len(x) and num_classes >= 2 and steps >= 1):
        raise ValueError("empty, or too few")

    def initial():
        target = math.log(num_classes)
        return abs(initial_loss(make_model(), x, y) - target) < target / 2

    def no_leak():
        out = make_step()(make_model(), x, y)
        return not (isinstance(out, torch.Tensor) and out.requires_grad)

    def all_move():
        model = make_model()
        old = {n: p.detach().numpy().copy() for n, p in model.named_parameters()}
        make_step()(model, x, y)
        return all((p.detach().numpy() != old[n]).any() for n, p in model.named_parameters())

    def own_grad():
        ends = []
        for value in (1000.0, None):
            torch.manual_seed(42)
            model, step = make_model(), make_step()
            if value:
                for p in model.parameters():
                    p.grad = torch.full_like(p, value)
            step(model, x, y)
            ends.append(nn.utils.parameters_to_vector(model.parameters()).detach())
        return torch.allclose(*ends, rtol=1e-3, atol=1e-4)

    def overfits():
        model, step = make_model(), make_step()
        losses = [float(step(model, x, y)) for _ in range(steps)]
        return 0 <= losses[-1] < 0.05

    return {check.__name__: check() for check in (overfits, own_grad, all_move, no_leak, initial)}


def shuffled_labels(fit, x, y, x_val, y_val):
    if len(x) == 0 or len(x_val) == 0:
        raise ValueError("empty")
    order = list(range(len(y)))
    random.shuffle(order)
    models = fit(x, y), fit(x, y[order])
    with torch.no_grad():
        return tuple(float(sum(m.eval()(x_val).argmax(1) == y_val)) / len(y_val) for m in models)


def train(model, X, y, *, epochs, lr, batch_size, seed=0):
    n = len(X)
    if n == 0:
        raise ValueError("empty")
    rng = random.Random(seed)
    params = list(model.parameters())
    history = []
    for _ in range(epochs):
        model.train(True)
        order = rng.sample(range(n), n)
        weighted = 0
        for start in range(0, n, batch_size):
            part = order[start : start + batch_size]
            loss = F.cross_entropy(model(X[part]), y[part])
            grads = torch.autograd.grad(loss, params)
            with torch.no_grad():
                for p, g in zip(params, grads, strict=True):
                    p -= lr * g
            weighted += float(loss.detach()) * len(part)
        history.append(weighted / n)
    return history
