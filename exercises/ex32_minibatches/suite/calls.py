"""The scenarios: they run beside the learner's code and only report."""

import torch


def epochs(module, X, y, options, count):
    """The batches of `count` epochs, what `len` said before each, and the data afterwards."""
    batches = module.Minibatches(X, y, **options)
    lengths, found = [], []
    for _ in range(count):
        lengths.append(len(batches))
        found.append([list(pair) for pair in batches])
    return {"epochs": found, "lengths": lengths, "data": [X, y]}


def orders(module, codes, options, count):
    """The samples of each of `count` epochs, by their codes."""
    batches = module.Minibatches(codes, codes.clone(), **options)
    return [rows(batches) for _ in range(count)]


def table_of_orders(module, codes, options, count):
    """The same in one table, if every epoch has as many samples as the others."""
    found = orders(module, codes, options, count)
    return torch.stack(found) if len({len(order) for order in found}) == 1 else found


def orders_by_place(module, codes, options, count):
    """The samples of each of `count` epochs of an object that gets all its arguments by their places."""
    batches = module.Minibatches(codes, codes.clone(), *options)
    return [rows(batches) for _ in range(count)]


def first_orders(module, codes, count):
    """The samples of the first epoch of each of `count` objects without a seed."""
    return [rows(module.Minibatches(codes, codes.clone(), len(codes))) for _ in range(count)]


def rows(pairs):
    """The samples of these pairs, one after the other."""
    parts = [xb.reshape(-1) for xb, _ in pairs]
    return torch.cat(parts) if parts else torch.zeros(0, dtype=torch.int64)


def orders_of_several(module, codes, options, seeds, count):
    """The orders of an object for each seed, by turns; somebody else draws random numbers and asks for lengths."""
    objects = [module.Minibatches(codes, codes.clone(), **options, seed=seed) for seed in seeds]
    found = [[] for _ in objects]
    for _ in range(count):
        for number, (batches, own) in enumerate(zip(objects, found, strict=True)):
            torch.rand(number + 1)
            for _ in range(number):
                len(batches)
            own.append(rows(batches))
    return found


def loops_at_once(module, codes, options):
    """The samples of loops over one object that run in turns, inside each other, and after one that was left."""
    batches = module.Minibatches(codes, codes.clone(), **options)
    first, second = iter(batches), iter(batches)
    turns = [[], []]
    for _ in codes:
        for found, loop in zip(turns, (first, second), strict=True):
            found += [pair for pair in [next(loop, None)] if pair is not None]
    outer, inner = [], []
    for number, pair in enumerate(batches):
        outer.append(pair)
        if number == 1:
            inner = list(batches)
    for _ in batches:
        break
    after = list(batches)
    named = {"first": turns[0], "second": turns[1], "outer": outer, "inner": inner, "after": after}
    return {name: rows(pairs) for name, pairs in named.items()}


def try_loader(module, inputs, targets, batch_size):
    module.Minibatches(torch.zeros(inputs, 2), torch.zeros(targets), batch_size)
