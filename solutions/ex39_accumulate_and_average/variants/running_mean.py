"""A running mean: what is there shrinks as more terms come; shards with the larger parts last."""

import copy


def loss_terms(y, ignore=None):
    if ignore is None:
        return y.nelement()
    return y.nelement() - y.eq(ignore).sum().item()


def accumulate(model, micro_batches, loss_fn, ignore=None):
    model.zero_grad(set_to_none=False)
    seen, mean = 0, None
    for x, y in list(micro_batches):
        n = loss_terms(y, ignore)
        if n == 0:
            continue
        seen += n
        for p in model.parameters():
            if p.grad is not None:
                p.grad *= 1 - n / seen
        loss = loss_fn(model(x), y)
        (loss * (n / seen)).backward()
        mean = loss.item() if mean is None else mean + (loss.item() - mean) * n / seen
        del loss
    if mean is None:
        raise ValueError("no terms")
    return mean


def shard(X, y, workers):
    n = len(X)
    if workers not in range(1, n + 1):
        raise ValueError(f"{workers=}")
    ends = [n * k // workers for k in range(workers + 1)]
    return [(X[a:b], y[a:b]) for a, b in zip(ends[:-1], ends[1:], strict=True)]


def all_reduce(grads, terms):
    if (
        not grads
        or len(grads) != len(terms)
        or any(g.keys() - grads[0].keys() or grads[0].keys() - g.keys() for g in grads)
    ):
        raise ValueError("the workers do not fit together")
    seen, result = 0, None
    for one, n in zip(grads, terms, strict=True):
        if n < 1:
            continue
        seen += n
        if result is None:
            result = copy.deepcopy(dict(one))
        else:
            for name in result:
                result[name].lerp_(one[name], n / seen)
    if result is None:
        raise ValueError("no terms")
    return result
