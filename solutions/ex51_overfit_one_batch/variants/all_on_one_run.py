"""The first step of one run serves four checks; the epochs' orders are drawn beforehand; losses kept detached."""

import math

import torch
import torch.nn.functional as F


@torch.no_grad()
def initial_loss(model, x, y):
    if len(x) == 0:
        raise ValueError("no samples")
    flags = [(m, m.training) for m in model.modules()]
    loss = F.cross_entropy(model.eval()(x), y)
    for m, flag in reversed(flags):
        m.training = flag
    return float(loss)


def checklist(make_model, make_step, x, y, num_classes, steps=150):
    if len(x) == 0:
        raise ValueError("no samples")
    if num_classes < 2 or steps < 1:
        raise ValueError("num_classes or steps too small")
    seed = 2024
    torch.manual_seed(seed)
    dirty, its_step = make_model(), make_step()
    for p in dirty.parameters():
        p.grad = p.detach() * 0 + 1000
    its_step(dirty, x, y)

    torch.manual_seed(seed)
    model, step = make_model(), make_step()
    copies = [p.detach().clone() for p in model.parameters()]
    first = step(model, x, y)
    moved = all((p != q).any() for p, q in zip(model.parameters(), copies, strict=True))
    own = all(torch.allclose(p, q, atol=1e-6) for p, q in zip(model.parameters(), dirty.parameters(), strict=True))
    last = first
    for _ in range(1, steps):
        last = step(model, x, y)
    initial = initial_loss(make_model(), x, y)
    return {
        "initial": abs(initial / math.log(num_classes) - 1) < 0.5,
        "no_leak": not (torch.is_tensor(first) and first.requires_grad),
        "all_move": bool(moved),
        "own_grad": own,
        "overfits": bool(0 <= last < 0.05),
    }


def shuffled_labels(fit, x, y, x_val, y_val):
    if len(x) == 0 or len(x_val) == 0:
        raise ValueError("no samples")
    mixed = y.numpy().copy()
    import numpy as np

    np.random.shuffle(mixed)
    accuracies = []
    for labels in (y, torch.from_numpy(mixed)):
        model = fit(x, labels)
        model.eval()
        accuracies.append((model(x_val).argmax(dim=1) == y_val).float().mean())
    return accuracies[0], accuracies[1]


def train(model, X, y, *, epochs, lr, batch_size, seed=0):
    if len(X) == 0:
        raise ValueError("no samples")
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(X), generator=generator) for _ in range(epochs)]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for order in orders:
        model.train()
        losses = torch.zeros(len(X))
        for part in order.split(batch_size):
            optimizer.zero_grad()
            scores = model(X[part]).log_softmax(1)
            losses[part] = F.nll_loss(scores, y[part], reduction="none").detach()
            F.nll_loss(scores, y[part]).backward()
            optimizer.step()
        history.append(losses.mean().item())
    return history
