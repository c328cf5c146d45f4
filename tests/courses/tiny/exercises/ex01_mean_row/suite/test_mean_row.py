"""ex01: one mean per row, the best of them, and what is refused."""

import torch  # for scenarios only

from grader.suite import answers, close, normal, points, same

SECRET = "secret of the suite: 52f1c0"  # no scenario uses it, so no examinee may ever see it


def mean_rows(module, batches):
    """A secret of the scenario: 41ac77."""
    return [module.mean_row(x) for x in batches]  # secret of the scenario: 41ac77


def best_rows(module, batches):
    return [module.best_row(x) for x in batches]


def mean_of_ones(module, *shape):
    return module.mean_row(torch.ones(shape))


def batches(draw):
    return [normal(draw, rows, columns) for rows, columns in ((1, 3), (4, 4), (5, 2))]


@points(3, hint="Average over the second axis.")
def test_averages_each_row(observe, draw):
    """There is one mean per row."""
    drawn = batches(draw)
    for x, seen in zip(drawn, answers(observe(mean_rows, drawn), 3), strict=True):
        close(seen, x.mean(1), f"mean of each row of a batch of shape {x.shape}")


@points(2, hint="argmax of the means, as an int.")
def test_finds_the_best_row(observe, reference, draw):
    """The best row is found."""
    drawn = batches(draw)
    same(observe(best_rows, drawn), reference(best_rows, drawn), "best row")


@points(1)
def test_refuses_a_single_row(observe):
    """Whatever has not two dimensions is refused."""
    observe.refuses(mean_of_ones, bad=[(3,), (2, 2, 2)], good=[(2, 3)], error=ValueError, what="x of shape")
