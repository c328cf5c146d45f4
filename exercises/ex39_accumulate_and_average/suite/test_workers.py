"""ex39, shard and all_reduce: parts for workers, and their gradients put together."""

import numpy as np
import torch
from parts import alike, compare, drawn, gradients, loss_of, network, samples, tokens, whole

from grader.suite import answers, close, normal, points, same, shaped

# ---- scenarios: run beside the learner's code and only report


def shards(module, x, y, workers):
    return [(part, targets) for part, targets in module.shard(x, y, workers)]


def shard_of(module, n, workers):
    return len(module.shard(torch.arange(n), torch.arange(n), workers))


def reduced(module, grads, terms):
    """The result, and the workers' gradients after the result was changed."""
    mine = [{name: g.clone() for name, g in one.items()} for one in grads]
    result = module.all_reduce(mine, terms)
    seen = {name: g.clone() for name, g in result.items()}
    for g in result.values():
        g.add_(1000.0)
    return seen, mine, {name: str(g.dtype) for name, g in result.items()}


def big_step(module, kind, weights, x, y, workers, ignore):
    """The weights of all workers after a step of SGD with the reduced gradients, and the sizes of their parts."""
    parts, found, terms = module.shard(x, y, workers), [], []
    for mine, targets in parts:
        model = network(kind, weights)
        loss_of(ignore)(model(mine), targets).backward()
        found.append({name: p.grad for name, p in model.named_parameters()})
        terms.append(int((targets != ignore).sum()) if ignore is not None else len(targets))
    reduced = module.all_reduce(found, terms)
    model = network(kind, weights)
    for name, p in model.named_parameters():
        p.grad = reduced[name].clone()
    return gradients(model), [len(mine) for mine, _ in parts]


def reduce_named(module, names, terms, values):
    module.all_reduce([{name: torch.as_tensor(values) for name in one} for one in names], terms)


# ---- the examiner's side


def by_name(draw, count, dtype="float32"):
    """Gradients of so many workers, by name, in an order that changes from worker to worker."""
    grads = [{"weight": normal(draw, 3, 4, dtype=dtype), "bias": normal(draw, 3, dtype=dtype)} for _ in range(count)]
    return [dict(list(one.items())[:: 1 if k % 2 == 0 else -1]) for k, one in enumerate(grads)]


@points(1.5, hint="`X.tensor_split(workers)` and the same for y; chunk and split may give other numbers of parts.")
def test_shards(observe, draw):
    """Shards are disjoint, complete and balanced, and keep pairs together."""
    for n, workers in ((10, 3), (8, 4), (9, 6), (5, 5), (7, 1), (int(draw.integers(11, 30)), 7)):
        ids = draw.permutation(1000)[:n]
        x = ids[:, None, None] + np.zeros((1, 2, 3), dtype="float32")
        parts = answers(observe(shards, x.astype("float32"), ids * 3, workers), workers)
        what = f"{n} samples on {workers} workers"
        sizes = [len(part) for part, _ in parts]
        fair = sorted([n // workers + (k < n % workers) for k in range(workers)])
        same(sorted(sizes), fair, f"{what}: the sizes of the parts, sorted")
        for part, targets in parts:
            shaped(part, (len(part), 2, 3), f"{what}: a part of X")
            same(targets, (part[:, 0, 0] * 3).astype(int), f"{what}: the targets of a part, given its samples")
        seen = sorted(int(i) for part, _ in parts for i in part[:, 1, 2])
        same(seen, sorted(int(i) for i in ids), f"{what}: all samples of all parts, sorted")


@points(2, hint="Sum of terms times gradient, divided by the sum of the terms.")
def test_all_reduce(observe, draw):
    """all_reduce weighs by terms, and gives the plain mean for equal ones."""
    for terms in ([4, 3, 3], [1, 9], [5, 5, 5], [int(n) for n in draw.integers(1, 60, 4)], [7], [0, 3, 2]):
        dtype = "float64" if terms[0] == 1 else "float32"
        grads = by_name(draw, len(terms), dtype)
        seen, _, kinds = answers(observe(reduced, grads, terms), 3)
        right = {
            name: sum(n * one[name] for n, one in zip(terms, grads, strict=True)) / sum(terms) for name in grads[0]
        }
        mean = {name: sum(one[name] for one in grads) / len(grads) for name in grads[0]}
        plain = len(set(terms)) > 1 and isinstance(seen, dict) and alike(seen, mean)
        why = " (each worker counts alike)" if plain else ""
        exact = {"rtol": 1e-9, "atol": 1e-12} if dtype == "float64" else {"rtol": 1e-4, "atol": 1e-5}
        close(seen, right, f"gradients of {len(terms)} workers with {terms} terms{why}", **exact)
        same(kinds, dict.fromkeys(right, f"torch.{dtype}"), f"{dtype} gradients: the dtypes of the result")


@points(1, hint="Leave workers with 0 terms out of the sum: 0 times NaN is NaN.")
def test_worker_without_terms(observe, draw):
    """A worker without terms counts nothing, even if its gradients are NaN."""
    for place in (0, 2):
        grads = by_name(draw, 3)
        terms = [int(n) for n in draw.integers(1, 9, 3)]
        terms[place] = 0
        grads[place] = {name: np.full_like(g, np.nan) for name, g in grads[place].items()}
        seen, _, _ = answers(observe(reduced, grads, terms), 3)
        others = [k for k in range(3) if k != place]
        right = {n: sum(terms[k] * grads[k][n] for k in others) / sum(terms) for n in grads[0]}
        close(seen, right, f"{terms} terms, worker {place}'s gradients are NaN: the result", rtol=1e-4, atol=1e-5)


@points(1, hint="Begin with new tensors: neither `+=` into the first worker's gradients nor those themselves.")
def test_workers_keep_theirs(observe, draw):
    """The workers' gradients stay as they are."""
    for terms in ([2, 5, 1], [4], [3, 0], [0, 3]):
        grads = by_name(draw, len(terms))
        seen, mine, _ = answers(observe(reduced, grads, terms), 3)
        right = {
            name: sum(n * one[name] for n, one in zip(terms, grads, strict=True)) / sum(terms) for name in grads[0]
        }
        close(mine, grads, f"{terms} terms: the workers' gradients, after the result was changed", rtol=0, atol=0)
        close(seen, right, f"{terms} terms: the result", rtol=1e-4, atol=1e-5)


@points(2, hint="The mean over all samples is the workers' means, weighted by their samples; for text by real tokens.")
def test_one_big_step(observe, neutral, draw):
    """Uneven workers together have the gradient of the whole batch."""
    for kind, ignore, n, workers in (("samples", None, 10, 3), ("tokens", 0, 10, 3), ("samples", None, 7, 4)):
        weights = drawn(draw, kind)
        (batch,) = samples(draw, (n,)) if kind == "samples" else tokens(draw, (n,), [(1, 7)])
        seen, sizes = answers(observe(big_step, kind, weights, *batch, workers, ignore), 2)
        right = answers(neutral(whole, kind, weights, [batch], ignore), 2)[1]
        compare(seen, right, f"{n} {kind if kind == 'samples' else 'sequences'} on workers with {sizes}")


@points(0.5, hint="`if not 1 <= workers <= len(X): raise ValueError`.")
def test_shard_refuses(observe, draw):
    """shard refuses numbers of workers that cannot be served."""
    n = int(draw.integers(4, 9))
    observe.refuses(shard_of, [(n, 0), (n, -1), (n, n + 1), (0, 1)], [(n, 1), (n, n)], ValueError, "shard(N, workers)")


@points(1, hint="Look at the numbers of workers, the names and the sum of the terms before you add up.")
def test_all_reduce_refuses(observe, draw):
    """all_reduce refuses what does not fit together."""
    values = normal(draw, 2)
    bad = [
        ([["w"], ["w"]], [1], values), ([["w"]], [1, 2], values), ([["w"], ["v"]], [1, 2], values),
        ([["w", "b"], ["w"]], [1, 2], values), ([["w"], ["w", "b"]], [1, 2], values), ([], [], values),
        ([["w"], ["w"]], [0, 0], values), ([["w"], ["v"]], [2, 0], values), ([["w"], ["w", "b"]], [2, 0], values),
    ]  # fmt: skip
    good = [([["w"], ["w"]], [1, 2], values), ([["w", "b"], ["b", "w"]], [0, 2], values)]
    observe.refuses(reduce_named, bad, good, ValueError, "all_reduce(names, terms)")
