"""What the examiner of ex06 knows: batches, the formulas, and what the usual misreadings give."""

import numpy as np

from grader.suite import normal, uniform

EPS = 1e-5
ROUGH = {"rtol": 1e-2, "atol": 1e-2}  # what eps is, and where it stands, is the matter of two tests only


def batch(draw, n=7, f=4):
    """(n, f) float32: every feature has a mean and a spread of its own."""
    return (normal(draw, n, f) * (1 + uniform(draw, f)) + 2 * normal(draw, f)).astype(np.float32)


def plain(f=4, **rest):
    """Numbers for weight and bias that change nothing, and for what else is named."""
    return {"weight": np.ones(f, np.float32), "bias": np.zeros(f, np.float32), **rest}


def memory(draw, f=4):
    """Running statistics far from those of a new layer and from those of any batch."""
    return {"running_mean": 20 + 5 * uniform(draw, f), "running_var": 200 + 50 * uniform(draw, f)}


def by(x, mean, var, eps=EPS):
    """x normalized with these statistics."""
    return (x.astype(np.float64) - mean) / np.sqrt(var + eps)


def normalized(x, axis=0, ddof=0, eps=EPS):
    wide = x.astype(np.float64)
    return by(wide, wide.mean(axis, keepdims=True), wide.var(axis, ddof=ddof, keepdims=True), eps)


def nearest(seen, candidates):
    """The candidate that is nearest to the answer: which of them is right, another test has judged."""
    if not isinstance(seen, np.ndarray):
        return candidates[0]
    same_shape = [c for c in candidates if c.shape == seen.shape]
    return min(same_shape, key=lambda c: np.abs(seen - c).max(), default=candidates[0])


def divisor(seen, x):
    """0 or 1: whether the answer shows the variance that is divided by N or by N - 1."""
    by_n, by_less = normalized(x), normalized(x, ddof=1)
    return int(nearest(seen, [by_n, by_less]) is by_less)


def rise(seen, x):
    """Whether the answer rises with the input, feature by feature."""
    return bool((((seen - seen.mean(0)) * (x - x.mean(0))).sum(0) > 0).all())


def changed(seen, x):
    """Whether the answer is another one than x itself, and not one number for all samples."""
    return bool(np.abs(seen - x).max() > 1e-2 and np.ptp(seen, axis=0).min() > 1e-6)


def input_gradient(x, upstream, ddof=0):
    """The gradient of sum(upstream * normalized(x)) by x, mean and variance being functions of x."""
    hat, n = normalized(x, ddof=ddof), len(x)
    inner = (upstream * hat).sum(0) / (n - ddof)
    return (upstream - upstream.mean(0) - hat * inner) / np.sqrt(x.astype(np.float64).var(0, ddof=ddof) + EPS)


def fed(start, news, keep, take):
    """A running statistic after each batch: keep * old + take * new."""
    rows = []
    for new in news:
        start = keep * start + take * new
        rows.append(start)
    return np.stack(rows)


def memories(start, news, momentum):
    """A running statistic after each batch, and what misread rules give instead."""
    counts = np.arange(1, len(news) + 1)[:, None]
    misread = {
        "momentum is the share of the new batch, here it is that of the old value": (momentum, 1 - momentum),
        "the old value is not multiplied by 1 - momentum": (1.0, momentum),
        "the last batch alone is remembered, not a running average": (0.0, 1.0),
        "no batch has changed it": (1.0, 0.0),
    }
    told = {why: fed(start, news, *rule) for why, rule in misread.items()}
    told["this is the plain average of all batches, not one with momentum"] = np.cumsum(news, axis=0) / counts
    told["only the first batch has fed it"] = np.repeat(fed(start, news[:1], 1 - momentum, momentum), len(news), axis=0)
    first = "the first batch has replaced it, asked for is the same rule at every batch"
    told[first] = fed(news[0], news, 1 - momentum, momentum)
    return fed(start, news, 1 - momentum, momentum), told


def naming(what, seen, misread):
    """`what`, with the name of the misread formula that gives just the numbers seen, if there is one."""
    for why, values in misread.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, rtol=1e-3, atol=2e-3, equal_nan=True):
            return f"{what}: {why}"
    return what
