"""What the examiner computes in float64: gradients, an epoch as an explicit loop, and words for what went wrong."""

import numpy as np

from grader.suite import normal


def slope(w, X, y):
    """The gradient of the mean squared error."""
    X = X.astype(np.float64)
    return 2 / len(y) * X.T @ (X @ w - y)


def epoch_of(w, X, y, lr, batches):
    """Where one update on each of these batches of indices leads."""
    w = w.astype(np.float64)
    for batch in batches:
        w = w - lr * slope(w, X[batch], y[batch])
    return w


def cut(order, size):
    return [np.array(order[start : start + size]) for start in range(0, len(order), size)]


def some_data(draw, n=12, d=3):
    return normal(draw, d), normal(draw, n, d), normal(draw, n)


def rate(draw):
    return round(float(draw.uniform(0.05, 0.1)), 4)


def told(seen, cases):
    """The words of the first case that ends where the answer does, in brackets; nothing if none does."""
    seen = np.asarray(seen)
    for words, w in cases.items():
        if seen.shape == w.shape and np.allclose(seen, w, rtol=1e-4, atol=1e-5):
            return f" ({words})"
    return ""


def usual(w, X, y, lr, size, order):
    """Ends of epochs in which something usual goes wrong."""
    batches, plain = cut(order, size), cut(range(len(order)), size)
    old = w - lr * sum(slope(w, X[b], y[b]) for b in batches)
    short = summed = halved = w.astype(np.float64)
    for b in batches:
        short = short - lr * slope(short, X[b], y[b]) * len(b) / size
        summed = summed - lr * slope(summed, X[b], y[b]) * len(b)
        halved = halved - lr * slope(halved, X[b], y[b]) / 2
    cases = {
        "the order given was not followed": epoch_of(w, X, y, lr, plain),
        "every gradient was taken at the old w: update w after every batch": old,
        "the gradients were summed, not averaged over the batch": summed,
        "the gradients have no factor 2": halved,
        "the order was followed backwards": epoch_of(w, X, y, lr, cut(list(order)[::-1], size)),
    }
    if len(batches[-1]) < size:
        cases[f"the last {len(batches[-1])} samples were divided by {size}"] = short
        cases[f"the last {len(batches[-1])} samples were never used"] = epoch_of(w, X, y, lr, batches[:-1])
    right = epoch_of(w, X, y, lr, batches)
    return {words: end for words, end in cases.items() if not np.allclose(end, right, rtol=1e-3)}


def sorted_data(draw, n=1000, d=3):
    """Samples whose gradients at w are bounded, and go from one extreme to the other along the first axis."""
    X, y, w = draw.uniform(0.5, 1.5, (n, d)), draw.uniform(-1, 1, n), draw.uniform(-1, 1, d)
    order = np.argsort((X @ w - y) * X[:, 0])
    return tuple(part.astype(np.float32) for part in (w, X[order], y[order]))


def spread(w, X, y):
    """The variance of single-sample gradients along each axis."""
    single = 2 * (X.astype(np.float64) @ w - y)[:, None] * X
    return single.var(axis=0)


def agreement(a, b):
    """The cosine of the angle between two vectors; 0 if one of them is zero."""
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length > 0 else 0.0


def four_directions(draw):
    """Four samples whose gradients at w = 0 stand at right angles, so that a mean of gradients tells the shares.

    No two have the same length.
    """
    X = np.linalg.qr(draw.standard_normal((4, 4)))[0] * draw.permutation([0.5, 1, 1.5, 2])[:, None]
    y = draw.choice([-1, 1], 4) * draw.uniform(0.5, 1.5, 4)
    return tuple(part.astype(np.float32) for part in (np.zeros(4), X, y))


def shares(mean, X, y):
    """Of four directions: the share of each sample in a mean of gradients at w = 0, whatever their common factor."""
    parts = np.linalg.solve((-2 * y[:, None] * X).T.astype(np.float64), mean)
    return parts / parts.sum()
