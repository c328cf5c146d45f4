"""The scenarios: they run beside the learner's code and only report."""

import torch


def epoch(module, w, X, y, lr, batch_size, order, kind="list"):
    """The new w, the number of updates, and the arguments as they are afterwards."""
    order = {"list": list, "tuple": tuple, "range": lambda given: range(len(given))}[kind](order)
    new, updates = module.sgd_epoch(w, X, y, lr, batch_size, order)
    return {"w": new, "updates": updates, "kind": type(updates).__name__, "given": [w, X, y, list(order)]}


def epoch_and_single_steps(module, w, X, y, lr, batch_size, order):
    """The end of an epoch, and where epochs over one batch alone lead, one after the other."""
    end, _ = module.sgd_epoch(w.clone(), X, y, lr, batch_size, list(order))
    places, at = [], w
    for start in range(0, len(order), batch_size):
        i = list(order[start : start + batch_size])
        at, _ = module.sgd_epoch(at.clone(), X[i], y[i], lr, len(i), list(range(len(i))))
        places.append(at)
    return end, places


def counts(module, w, X, y, cases):
    """The updates of one epoch after the other, each of the first n samples, and what kind of number they are."""
    found = []
    for batch_size, order in cases:
        n = len(order)
        found.append(module.sgd_epoch(w.clone(), X[:n], y[:n], 0.05, batch_size, list(order))[1])
    return [[updates, type(updates).__name__] for updates in found]


def steps_alone(module, w, X, y, lr):
    """One step on each sample alone, and one on all."""
    alone = [module.sgd_epoch(w.clone(), X[i : i + 1], y[i : i + 1], lr, 1, [0])[0] for i in range(len(y))]
    return alone, module.sgd_epoch(w.clone(), X, y, lr, len(y), list(range(len(y))))[0]


def noise(module, w, X, y, batch_size, trials, seed):
    mean, distance = module.gradient_noise(w, X, y, batch_size, trials, seed)
    return {"mean": mean, "distance": distance, "given": [w, X, y]}


def noise_with_luck_between(module, w, X, y, seeds):
    """One trial with each seed, while everybody else draws as well; the last call names no seed."""
    seen = []
    for seed in seeds:
        torch.rand(3)
        seen.append(module.gradient_noise(w, X, y, 2, 1, seed)[0])
    return [*seen, module.gradient_noise(w, X, y, 2, 1)[0]]


def try_epoch(module, batch_size, order):
    module.sgd_epoch(torch.zeros(2), torch.ones(4, 2), torch.ones(4), 0.1, batch_size, order)


def try_noise(module, batch_size, trials):
    module.gradient_noise(torch.zeros(2), torch.ones(4, 2), torch.ones(4), batch_size, trials)
