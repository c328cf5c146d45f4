"""Context managers and small helpers; verdicts as NumPy bools; the order by a NumPy generator; sum of sample losses."""

from contextlib import contextmanager

import numpy as np
import torch
from torch import nn


@contextmanager
def evaluating(model):
    modes = {name: m.training for name, m in model.named_modules()}
    model.eval()
    with torch.no_grad():
        yield model
    for name, m in model.named_modules():
        m.training = modes[name]


def initial_loss(model, x, y):
    if y.numel() == 0:
        raise ValueError("nothing")
    with evaluating(model):
        return nn.functional.cross_entropy(model(x), y, reduction="none").mean().item()


def params(model):
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()]).copy()


def checklist(make_model, make_step, x, y, num_classes, steps=150):
    if y.numel() == 0:
        raise ValueError("nothing")
    if num_classes <= 1:
        raise ValueError("at least two classes")
    if steps <= 0:
        raise ValueError("at least one step")
    ln_k = np.log(num_classes)

    def born(dirt=0):
        torch.manual_seed(3)
        model = make_model()
        step = make_step()
        for p in model.parameters():
            if dirt:
                p.grad = torch.zeros_like(p) + dirt
        return model, step

    out = dict(initial=np.abs(initial_loss(born()[0], x, y) - ln_k) < 0.5 * ln_k)
    a, step = born()
    old = [p.detach().numpy().copy() for p in a.parameters()]
    loss = step(a, x, y)
    out["no_leak"] = not (hasattr(loss, "grad_fn") and loss.requires_grad)
    out["all_move"] = np.all([np.any(o != p.detach().numpy()) for o, p in zip(old, a.parameters(), strict=True)])
    b, step = born(1000.0)
    step(b, x, y)
    out["own_grad"] = np.allclose(params(a), params(b))
    c, step = born()
    count = 0
    while count < steps:
        loss = step(c, x, y)
        count += 1
    loss = loss.item() if torch.is_tensor(loss) else loss
    out["overfits"] = np.bool_(loss >= 0) & np.bool_(loss < 0.05)
    return out


def shuffled_labels(fit, x, y, x_val, y_val):
    if 0 in (len(x), len(x_val)):
        raise ValueError("nothing")
    generator = torch.Generator().manual_seed(0)
    result = []
    for labels in (y, y.index_select(0, torch.randperm(len(y), generator=generator))):
        model = fit(x, labels)
        with evaluating(model):
            hits = model(x_val).max(dim=1)[1].eq(y_val).sum().item()
        result.append(hits / len(y_val))
    return tuple(result)


def train(model, X, y, *, epochs, lr, batch_size, seed=0):
    if y.numel() == 0:
        raise ValueError("nothing")
    rng = np.random.default_rng(seed)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(len(X)))
        sums = []
        for k in range(0, len(X), batch_size):
            model.train()
            idx = order[k : k + batch_size]
            each = nn.functional.cross_entropy(model(X[idx]), y[idx], reduction="none")
            opt.zero_grad()
            each.mean().backward()
            opt.step()
            sums.extend(each.tolist())
        history.append(sum(sums) / len(sums))
    return history
