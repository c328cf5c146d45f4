"""Sums of terms are accumulated, and divided by the total at the end; shards are dealt out in turn."""

import torch


def loss_terms(y, ignore=None):
    kept = torch.ones_like(y, dtype=torch.bool) if ignore is None else y.ne(ignore)
    return int(torch.count_nonzero(kept).item())


def accumulate(model, micro_batches, loss_fn, ignore=None):
    for p in model.parameters():
        p.grad = None
    total, summed = 0, 0.0
    for x, y in micro_batches:
        n = loss_terms(y, ignore)
        if not n:
            continue
        loss = n * loss_fn(model(x), y)
        loss.backward()
        total += n
        summed += float(loss.detach())
    if not total:
        raise ValueError
    for p in model.parameters():
        if p.grad is not None:
            p.grad.div_(total)
    return summed / total


def shard(X, y, workers):
    n = X.shape[0]
    if workers < 1 or workers > n:
        raise ValueError(workers)
    return [(X[k::workers], y[k::workers]) for k in range(workers)]


def all_reduce(grads, terms):
    grads, terms = list(grads), [int(t) for t in terms]
    if not grads or len(grads) != len(terms) or not sum(terms):
        raise ValueError
    names = set(grads[0])
    for g in grads:
        if set(g) != names:
            raise ValueError(set(g) ^ names)
    real = [(g, t) for g, t in zip(grads, terms, strict=True) if t > 0]
    total = sum(t for _, t in real)
    return {name: sum(g[name] * t for g, t in real) / total for name in names}
