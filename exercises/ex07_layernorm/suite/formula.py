"""Layer normalization by formula, in float64, and names for what else a learner may have computed."""

import numpy as np

from grader.suite import close, normal, require, shaped, uniform

EPS = 1e-5


def normalized(x, axis=-1, ddof=0, eps=EPS):
    """Mean 0 and variance 1 along the axis."""
    x = x.astype(np.float64)
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, ddof=ddof, keepdims=True) + eps)


def standard(out):
    """Each row without its own mean and spread: what is left when these two are judged elsewhere."""
    out = np.asarray(out, dtype=np.float64)
    spread = out.std(-1, keepdims=True)
    return (out - out.mean(-1, keepdims=True)) / np.where(spread > 0, spread, np.inf)


def naming(what, seen, wrong):
    """`what`, with the name of the wrong formula that gives just the numbers seen, if there is one."""
    for why, values in wrong.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, rtol=1e-3, atol=1e-3):
            return f"{what}: {why}"
    return what


def input_gradients(x, upstream):
    """The gradient by x of sum(upstream * normalized(x)), and those that detaching would give."""
    root = np.sqrt(x.astype(np.float64).var(-1, keepdims=True) + EPS)
    hat, g = normalized(x), upstream.astype(np.float64)
    through_mean = g - g.mean(-1, keepdims=True)
    through_var = hat * (g * hat).mean(-1, keepdims=True)
    why = "output right, gradient wrong: mean and variance depend on x, do not detach them"
    wrong = {
        why: g / root,
        f"{why} (here: the variance)": through_mean / root,
        f"{why} (here: the mean)": (g - through_var) / root,
    }
    return (through_mean - through_var) / root, wrong


def rows(draw, *shape):
    """Float32 rows, each with a mean and a spread (2 to 4) of its own."""
    spread, mean = 2 + 2 * uniform(draw, *shape[:-1], 1), 2 * normal(draw, *shape[:-1], 1)
    return (standard(normal(draw, *shape)) * spread + mean).astype(np.float32)


def alike(seen, x, what):
    """The output has the shape of x, and each row is that row of x but for a factor and a shift."""
    nontrivial(seen, x, what)
    close(
        standard(shaped(seen, x.shape, what)),
        standard(x),
        f"{what}, each row brought to mean 0, spread 1",
        rtol=0,
        atol=1e-3,
    )


def nontrivial(out, x, what="output"):
    """The output has the shape of x and is more than x itself or one number per row."""
    shaped(out, x.shape, what)
    require(np.ptp(out, axis=-1).min() > 0.1, "all numbers of a row come out the same")
    require(np.abs(out - x).max() > 0.1, "the rows came back as they were")
