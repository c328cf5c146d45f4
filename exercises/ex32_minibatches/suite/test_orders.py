"""ex32, the orders of many epochs, of several objects, and of loops that run at the same time."""

import numpy as np
from calls import first_orders, loops_at_once, orders, orders_by_place, orders_of_several, table_of_orders
from counts import counted, places, some_codes

from grader.suite import answers, between, by_chance, may_fail, points, require, same, shaped


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
    codes, count = some_codes(draw, 6), 2500
    options = {"batch_size": 2, "seed": int(draw.integers(1000))}
    seen = shaped(observe(table_of_orders, codes, options, count), (count, 6), f"{count} epochs of 6 samples in pairs")
    found = places(seen.ravel(), codes, "6 samples in pairs").reshape(count, 6)
    pairs = found.reshape(count, 3, 2)
    one, other = draw.choice(6, 2, False)
    for k, m in ((one, other), (0, 1), (3, 4)):
        together = int(((pairs == k).any(2) & (pairs == m).any(2)).any(1).sum())
        by_chance(together, count, 1 / 5, f"{count} epochs of 6 samples in pairs: {k} and {m} in one batch", 1e-10)
    often = np.array([[(found[:, place] == sample).sum() for place in range(6)] for sample in range(6)])
    sample, place = np.unravel_index(abs(often - count / 6).argmax(), often.shape)
    may_fail(2e-11)
    chi_square = float(((often - count / 6) ** 2).sum() / (count / 6) * 5 / 6)
    most = f"sample {sample} came at place {place} in {often[sample, place]} of them, expected about {count / 6:.0f}"
    between(chi_square, 0, 105, f"{count} epochs of 6 samples: {most}; chi-square over all samples and places")
    codes = some_codes(draw, 5)
    seen = observe(table_of_orders, codes, {"batch_size": 3, "drop_last": True}, 80)
    rows = 5 if getattr(seen, "shape", ()) == (80, 5) else 3  # whether drop_last drops is asked elsewhere
    seen = shaped(seen, (80, rows), "80 epochs of 5 samples, drop_last")[:, :3]
    found = places(seen.ravel(), codes, "5 samples, drop_last")
    may_fail(1e-16)
    for k in range(5):
        hits = int((found == k).sum())
        require(0 < hits < 80, f"80 epochs of 5 samples in batches of 3, drop_last: sample {k} came in {hits} of them")


@points(2, hint="Without shuffle the order is 0, 1, ... N-1 in every epoch.")
def test_given_order(observe, draw):
    """Without shuffle the order is the one given."""
    n = 4 * int(draw.integers(2, 5))
    for extra in ({}, {"seed": 3}):
        codes = some_codes(draw, n)
        seen = observe(orders, codes, {"batch_size": 4, "shuffle": False} | extra, 2)
        for number, order in enumerate(ordered(seen, codes, 2, f"{n} samples"), 1):
            same(order, np.arange(n), f"{n} samples, shuffle=False, epoch {number}: their order")
    codes, what = some_codes(draw, 11), "Minibatches(X, y, 4, False, True, 3), 11 samples"
    seen = observe(orders_by_place, codes, (4, False, True, 3), 2)
    for number, order in enumerate(ordered(seen, codes, 2, what, 8), 1):
        same(order, np.arange(8), f"{what}, which is shuffle=False and drop_last=True, epoch {number}: their order")


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
    kinds = {order.tobytes() for order in ordered(observe(first_orders, codes, 200), codes, 200, f"{n} samples")}
    require(len(kinds) == 200, f"200 objects with no seed at all had only {len(kinds)} different first orders")


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
