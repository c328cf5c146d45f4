"""ex02: the triangle, the softmax over what is allowed, rows without any, input unchanged, refusals."""

import numpy as np
import torch

from grader.suite import close, exactly, normal, points, same, shaped


def used(module, scores, mask):
    return scores, mask, module.masked_softmax(scores, mask)


def of_shapes(module, rows, columns):
    return module.masked_softmax(torch.zeros(2, 3), torch.ones(rows, columns, dtype=torch.bool))


def expected(scores, mask):
    grown = np.exp(scores) * mask
    return grown / np.maximum(grown.sum(-1, keepdims=True), 1e-30)


def drawn(draw, rows=4, columns=5):
    mask = draw.random((rows, columns)) < 0.5
    mask[:, 0] = True
    return normal(draw, rows, columns), mask


@points(2, hint="Row i is True up to column i, the diagonal included.")
def test_each_position_looks_back(observe, draw):
    """causal_mask(n) lets position i look at 0 … i."""
    n = int(draw.integers(4, 9))
    seen = shaped(observe.call("causal_mask", n), (n, n), "causal_mask", dtype="bool")
    same(seen, np.tri(n, dtype=bool), f"causal_mask({n})")


@points(3, hint="Put minus infinity where the mask is False, then take the softmax of each row.")
def test_weights_are_a_softmax_over_what_is_allowed(observe, draw):
    """masked_softmax() weighs what the mask allows by a softmax, and nothing else."""
    cases = [drawn(draw), drawn(draw, 3, 7)]
    for (scores, mask), seen in zip(cases, exactly(observe.all(masked, cases), 2), strict=True):
        close(shaped(seen, scores.shape, "masked_softmax"), expected(scores, mask), f"weights of shape {scores.shape}")


def masked(module, scores, mask):
    return module.masked_softmax(scores, mask)


@points(2, hint="The softmax of nothing but minus infinity is nan: what should it be?")
def test_a_row_without_any_is_zero(observe, draw):
    """A query that may look nowhere has weights of 0, and the others keep theirs."""
    scores, mask = drawn(draw)
    row = int(draw.integers(4))
    mask[row] = False
    seen = shaped(observe(masked, scores, mask), (4, 5), "masked_softmax")
    same(seen[row], np.zeros(5), "weights of the row without any")
    others = np.delete(seen, row, axis=0)
    same(int((others[:, 0] > 0).sum()), 3, "of the 3 other rows, those with a weight for the first key")


@points(1)
def test_the_input_stays(observe, draw):
    """Scores and mask are afterwards what they were."""
    scores, mask = drawn(draw)
    after, same_mask, weights = exactly(observe(used, scores, mask), 3)
    same(int((shaped(weights, (4, 5), "masked_softmax")[:, 0] > 0).sum()), 4, "rows with a weight for the first key")
    same(after, scores, "your call changed the scores")
    same(same_mask, mask, "your call changed the mask")


@points(1)
def test_unlike_shapes_are_refused(observe):
    """Scores and mask of unlike shape raise ValueError."""
    observe.refuses(of_shapes, bad=[(2, 1), (1, 3), (3, 2)], good=[(2, 3)], error=ValueError, what="mask of shape")
