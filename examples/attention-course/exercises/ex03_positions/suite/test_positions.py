"""ex03: the table by its formula, its columns in order, the sum, refusals."""

import numpy as np

from grader.suite import close, exactly, normal, points, same, shaped


def added(module, x):
    return module.add_positions(x), module.positions(*x.shape), x


def of_dim(module, dim):
    return module.positions(3, dim)


def angles(n, dim):
    return np.arange(n)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)


@points(3, hint="The first pair of columns turns by 1 a step, the last by almost nothing.")
def test_sines_and_cosines_take_turns(observe, draw):
    """Column 2i is the sine, column 2i + 1 the cosine of p / 10000^(2i/dim)."""
    n, dim = int(draw.integers(5, 40)), 2 * int(draw.integers(2, 9))
    seen = shaped(observe.call("positions", n, dim), (n, dim), "positions", dtype="float32")
    close(seen[:, 0::2], np.sin(angles(n, dim)), f"even columns of positions({n}, {dim})")
    close(seen[:, 1::2], np.cos(angles(n, dim)), f"odd columns of positions({n}, {dim})")


@points(3, hint="x plus the table, in a new tensor.")
def test_they_are_added(observe, draw):
    """add_positions() adds your table to x and leaves x as it is."""
    x = normal(draw, 6, 8)
    total, table, after = exactly(observe(added, x), 3)
    close(shaped(total, (6, 8), "add_positions"), x + shaped(table, (6, 8), "positions"), "x plus your own positions")
    same(after, x, "your call changed x")


@points(1)
def test_an_odd_dim_is_refused(observe):
    """An odd dim raises ValueError."""
    observe.refuses(of_dim, bad=[3, 7], good=[2, 8], error=ValueError, what="positions with dim")
