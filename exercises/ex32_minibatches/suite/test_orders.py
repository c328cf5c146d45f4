"""ex32, the orders of many epochs, of several objects, and of loops that run at the same time."""

import numpy as np
from calls import loops_at_once, orders, orders_of_several
from counts import counted, places, some_codes

from grader.suite import answers, by_chance, points, require, same, shaped


def ordered(seen, codes, count, what, rows=None):
    """Which samples come in each of `count` epochs, of as many rows as there are samples unless told."""
    told = f"{what}: the samples of an epoch"
    found = [shaped(order, (rows or len(codes),), told) for order in answers(seen, count)]
    return [places(order, codes, told) for order in found]


@points(2, hint="Draw the order in `__iter__`: a loop that starts gets a new one.")
def test_new_order_every_epoch(observe, draw):
    """With shuffle every epoch has a new random order."""
    n = 4 * int(draw.integers(8, 11))
    for options in ({"batch_size": 4}, {"batch_size": 4, "seed": int(draw.integers(1000))}):
        codes = some_codes(draw, n)
        found = ordered(observe(orders, codes, options, 4), codes, 4, f"{n} samples")
        for number, order in enumerate(found, 1):
            require(
                not np.array_equal(order, np.arange(n)), f"epoch {number} has the order given: nothing was shuffled"
            )
            for earlier, other in enumerate(found[: number - 1], 1):
                require(not np.array_equal(order, other), f"epoch {number} repeats epoch {earlier}")
                require(not np.array_equal(order[::-1], other), f"epoch {number} is epoch {earlier} backwards")


@points(2, hint="Permute all N samples, not only batches or the samples inside a batch.")
def test_all_orders(observe, draw):
    """All orders have the same chance."""
    options = {"batch_size": 2, "seed": int(draw.integers(1000))}
    codes = some_codes(draw, 8)
    found = np.array(ordered(observe(orders, codes, options, 700), codes, 700, "8 samples"))
    one, other = draw.choice(8, 2, False)
    places = found.argsort(axis=1)
    together = int((places[:, one] // 2 == places[:, other] // 2).sum())
    by_chance(together, 700, 1 / 7, f"700 epochs of 8 samples in pairs: {one} and {other} in one batch", 1e-9)
    neighbors = [int((places[:, k] // 2 == places[:, k + 1] // 2).sum()) for k in (0, 3)]
    for k, hits in zip((0, 3), neighbors, strict=True):
        by_chance(hits, 700, 1 / 7, f"700 epochs of 8 samples in pairs: {k} and {k + 1} in one batch", 1e-9)
    for place in (0, 7):
        hits = int((places[:, one] == place).sum())
        by_chance(hits, 700, 1 / 8, f"700 epochs of 8 samples: {one} at place {place}", 1e-9)


@points(2, hint="Without shuffle the order is 0, 1, ... N-1 in every epoch.")
def test_given_order(observe, draw):
    """Without shuffle the order is the one given."""
    n = 4 * int(draw.integers(2, 5))
    for extra in ({}, {"seed": 3}):
        codes = some_codes(draw, n)
        seen = observe(orders, codes, {"batch_size": 4, "shuffle": False} | extra, 2)
        for number, order in enumerate(ordered(seen, codes, 2, f"{n} samples"), 1):
            same(order, np.arange(n), f"{n} samples, shuffle=False, epoch {number}: their order")
    codes = some_codes(draw, 11)
    seen = observe(orders, codes, {"batch_size": 4, "shuffle": False, "drop_last": True}, 2)
    for number, order in enumerate(ordered(seen, codes, 2, "11 samples, drop_last", 8), 1):
        same(order, np.arange(8), f"11 samples, batch_size 4, shuffle=False, drop_last, epoch {number}: their order")


@points(2, hint="Make a generator of your own in `__init__`, and let every epoch draw from it.")
def test_seed(observe, draw):
    """The same seed gives the same sequence of orders, another seed or none another."""
    one, other = (int(seed) for seed in draw.choice(np.arange(1, 1000), 2, False))
    seeds = [one, one, other, 0, 0, None, None]
    n = 8 * int(draw.integers(3, 6))
    codes = some_codes(draw, n)
    seen = answers(observe(orders_of_several, codes, {"batch_size": 8}, seeds, 3), 7)
    first, again, others, zero, zero_again, free, free_again = (ordered(own, codes, 3, f"{n} samples") for own in seen)
    for number, (order, twin) in enumerate(zip(first, again, strict=True), 1):
        same(twin, order, f"two objects with seed {one}, epoch {number}: their orders")
    for number, (order, twin) in enumerate(zip(zero, zero_again, strict=True), 1):
        same(twin, order, f"two objects with seed 0, epoch {number}: their orders")
    for epoch in (0, 1):
        words = f"epoch {epoch + 1} of objects with"
        require(not np.array_equal(first[epoch], others[epoch]), f"{words} seeds {one} and {other}: the same order")
        require(not np.array_equal(free[epoch], free_again[epoch]), f"{words} no seed at all: the same order")
    require(not np.array_equal(first[0], first[1]), f"seed {one}: epoch 2 repeats epoch 1")


@points(2, hint="Keep place and order in the iterator, not in the object: a generator function does.")
def test_loops_at_once(observe, draw):
    """Loops over one object do not disturb each other."""
    n = 6 * int(draw.integers(2, 4))
    words = {
        "first": "the first of two loops in turns", "second": "the second of two loops in turns",
        "outer": "a loop with another one inside", "inner": "a loop inside another one",
        "after": "a loop after one that was left",
    }  # fmt: skip
    for options in ({"batch_size": 2, "shuffle": False}, {"batch_size": 2}, {"batch_size": 3, "seed": 5}):
        codes = some_codes(draw, n)
        seen = observe(loops_at_once, codes, options)
        for name, what in words.items():
            counted(seen[name], codes, f"{what}, {n} samples")
