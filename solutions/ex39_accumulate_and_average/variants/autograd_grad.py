"""torch.autograd.grad into buffers of its own, gradients set at the end; shards by a random permutation."""

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector


def loss_terms(y, ignore=None):
    values = y.detach().cpu().numpy().ravel()
    return len(values) if ignore is None else sum(1 for v in values.tolist() if v != ignore)


def accumulate(model, micro_batches, loss_fn, ignore=None):
    real = [(x, y, loss_terms(y, ignore)) for x, y in micro_batches if loss_terms(y, ignore) > 0]
    if len(real) == 0:
        raise ValueError("nothing to learn from")
    total = sum(n for *_, n in real)
    parameters = [p for p in model.parameters() if p.requires_grad]
    sums = [torch.zeros_like(p) for p in parameters]
    mean = torch.zeros(())
    for x, y, n in reversed(real):
        loss = loss_fn(model(x), y)
        for s, g in zip(sums, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True):
            if g is not None:
                s.add_(g, alpha=n / total)
        mean += loss.detach() * (n / total)
    for p, s in zip(parameters, sums, strict=True):
        p.grad = s
    assert parameters_to_vector(parameters).numel() > 0
    return mean


def shard(X, y, workers):
    if not isinstance(workers, int) or workers <= 0 or len(y) < workers:
        raise ValueError("workers")
    order = torch.randperm(len(y)).numpy()
    return [
        (X[torch.as_tensor(part)].clone(), y[torch.as_tensor(part)].clone()) for part in np.array_split(order, workers)
    ]


def all_reduce(grads, terms):
    if len(grads) != len(terms):
        raise ValueError("lengths")
    if len({tuple(sorted(g)) for g in grads}) != 1 or not any(terms):
        raise ValueError("names or terms")
    weights = torch.tensor([float(t) for t in terms], dtype=torch.float64)
    weights /= weights.sum()
    result = {}
    for name, first in grads[0].items():
        stacked = torch.stack([g[name] if t else torch.zeros_like(first) for g, t in zip(grads, terms, strict=True)])
        result[name] = torch.tensordot(weights.to(first.dtype), stacked, dims=1)
    return result
