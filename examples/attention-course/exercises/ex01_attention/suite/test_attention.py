"""ex01: weights by their formula, the mixture by the learner's own weights, and what is refused."""

import numpy as np
import torch

from grader.suite import close, normal, points, same, shaped


def both(module, q, k, v):
    return module.weights(q, k), module.attention(q, k, v)


def of_lengths(module, d, other):
    return module.weights(torch.ones(2, d), torch.ones(3, other))


def of_numbers(module, keys, values):
    return module.attention(torch.ones(2, 4), torch.ones(keys, 4), torch.ones(values, 5))


def expected(q, k):
    scores = q @ k.T / np.sqrt(q.shape[1])
    grown = np.exp(scores - scores.max(1, keepdims=True))
    return grown / grown.sum(1, keepdims=True)


@points(3, hint="The scores are divided by the root of D, the softmax runs along the keys.")
def test_weights_follow_the_formula(observe, draw):
    """weights() is softmax(q kᵀ / √D), one row per query."""
    q, k = 3 * normal(draw, 4, 6), normal(draw, 5, 6)
    close(
        shaped(observe.call("weights", q, k), (4, 5), "weights"), expected(q, k), "weights of 4 queries, 5 keys, D = 6"
    )


@points(3, hint="A matrix product of weights and values.")
def test_values_are_mixed_by_the_weights(observe, draw):
    """attention() mixes the values in the proportion of weights()."""
    q, k, v = normal(draw, 4, 6), normal(draw, 5, 6), normal(draw, 5, 3)
    own, mixed = observe(both, q, k, v)
    own = shaped(own, (4, 5), "weights")
    close(own.sum(1), np.ones(4), "sum of each query's weights")
    close(shaped(mixed, (4, 3), "attention"), own @ v, "attention, from your own weights")


@points(1)
def test_large_scores_stay_finite(observe, draw):
    """Scores of a thousand give weights of 0 and 1, not nan."""
    q, k = normal(draw, 3, 4), normal(draw, 3, 4)
    seen = shaped(observe.call("weights", 1000 * q, 1000 * k), (3, 3), "weights of large scores")
    same([int(i) for i in seen.argmax(1)], [int(i) for i in (q @ k.T).argmax(1)], "the key that each query looks at")
    close(seen.sum(1), np.ones(3), "sum of each query's weights")


@points(2)
def test_what_does_not_fit_is_refused(observe):
    """Queries and keys of unlike length, and keys and values of unlike number, raise ValueError."""
    observe.refuses(of_lengths, bad=[(2, 3)], good=[(3, 3)], error=ValueError, what="D of queries and keys")
    observe.refuses(of_numbers, bad=[(3, 1), (3, 2)], good=[(3, 3)], error=ValueError, what="keys and values")
