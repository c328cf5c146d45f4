"""What the examiner of ex45 knows: vectors drawn anew, the loss by a loop over anchors, and misread definitions."""

import numpy as np

from grader.suite import close, normal, shaped


def vectors(draw, n, d, dtype="float64", mixed=1.0):
    """Two views that are similar but not equal, rows of different lengths; `mixed` is how unlike the partners are."""
    z1 = normal(draw, n, d, dtype="float64")
    z2 = z1 + mixed * normal(draw, n, d, dtype="float64")
    lengths = np.exp(draw.uniform(-1.5, 1.5, (2, n, 1)))
    return (z1 * lengths[0]).astype(dtype), (z2 * lengths[1]).astype(dtype)


def unit(z):
    z = np.asarray(z, float)
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def log_sum(scores):
    top = max(scores)
    return top + np.log(sum(np.exp(s - top) for s in scores))


def costs(similarity, n, t, others):
    """The cost of each of the 2N anchors; `others(i, p)` are the numbers whose similarity stands in the sum."""
    found = []
    for i in range(2 * n):
        p = (i + n) % (2 * n)
        found.append(log_sum([similarity[i, j] / t for j in others(i, p)]) - similarity[i, p] / t)
    return np.array(found)


def nt_xent(z1, z2, t):
    """The right loss, by a loop."""
    n, z = len(z1), unit(np.concatenate([z1, z2]))
    return costs(z @ z.T, n, t, lambda i, p: [j for j in range(2 * n) if j != i]).mean()


def readings(z1, z2, t):
    """The right loss, and by their names what misread definitions give."""
    n, raw = len(z1), np.concatenate([z1, z2]).astype(float)
    z, rows = unit(raw), range(2 * n)
    cosines = z @ z.T
    squares = -((z[:, None] - z[None]) ** 2).sum(2)

    def but_itself(i, p):
        return [j for j in rows if j != i]

    def but_none(i, p):
        return rows

    right = costs(cosines, n, t, but_itself)
    bare, own = costs(cosines, n, 1.0, but_itself), cosines[rows, np.roll(rows, n)]
    whole = costs(cosines, n, t, but_none)
    cross = costs(cosines, n, t, lambda i, p: [j for j in rows if (j < n) != (i < n)])
    misread = {
        "each view is compared with itself, too": whole.mean(),
        "negatives from the same view are missing": cross.mean(),
        "negatives from the same view are missing, and the second view's anchors": cross[:n].mean(),
        "negatives from the same view are missing, and the first view's anchors": cross[n:].mean(),
        "only the first view's vectors are anchors": right[:n].mean(),
        "only the second view's vectors are anchors": right[n:].mean(),
        "the partner is missing in the sum": costs(
            cosines, n, t, lambda i, p: [j for j in rows if j not in (i, p)]
        ).mean(),
        "the vectors' lengths play a part": costs(raw @ raw.T, n, t, but_itself).mean(),
        "distances for cosines": costs(squares, n, t, but_itself).mean(),
        "the temperature is multiplied: a smaller one must sharpen": costs(cosines, n, 1 / t, but_itself).mean(),
        "the temperature plays no part": costs(cosines, n, 1.0, but_itself).mean(),
        "the root of the temperature": costs(cosines, n, t**0.5, but_itself).mean(),
        "this is the sum of all costs, asked for is their mean": right.sum(),
        "this is the sum of all costs over N: there are 2N anchors": right.sum() / n,
        "the partner stands in the sum twice": costs(cosines, n, t, lambda i, p: [*but_itself(i, p), p]).mean(),
        "each view counts exp(0) in its own sum": costs(cosines - np.diag(cosines.diagonal()), n, t, but_none).mean(),
        "similarities are halved, as from 0 to 1, or the temperature is doubled": costs(
            cosines, n, 2 * t, but_itself
        ).mean(),
        "only the partner's similarity is divided by the temperature": (bare + own - own / t).mean(),
        "only the others' similarities are divided by the temperature": (right + own / t - own).mean(),
        "this is the logarithm of a mean, asked for is the mean of logarithms": -np.log(np.exp(-right).mean()),
        "all vectors are divided by one length": costs(raw @ raw.T / (raw**2).sum(), n, t, but_itself).mean(),
        "the sign is wrong": -right.mean(),
        "this is the mean similarity of the partners, without the others": -own.mean() / t,
        "this is in bits": right.mean() / np.log(2),
        "the loss is multiplied by the temperature": right.mean() * t,
    }
    return float(right.mean()), {why: float(value) for why, value in misread.items()}


def cut_off(z1, z2, t):
    """What the loss is if something small is added to each probability, or holds it up, before the logarithm."""
    n, z = len(z1), unit(np.concatenate([z1, z2]))
    found = costs(z @ z.T, n, t, lambda i, p: [j for j in range(2 * n) if j != i])
    small = 10.0 ** -np.arange(4, 21)[:, None]
    return [*-np.log(np.exp(-found) + small).mean(1), *np.minimum(found, -np.log(small)).mean(1)]


def number(seen, right, what, misread=None, rtol=1e-4, atol=2e-5):
    """A tensor without axes that is right to four digits; the misread definition that gives what was seen is named."""
    found = float(shaped(seen, (), what))
    off = not np.isclose(found, right, rtol=rtol, atol=atol)
    named = [why for why, value in (misread or {}).items() if off and np.isclose(found, value, rtol=rtol, atol=atol)]
    close(found, right, what + (f" ({named[0]})" if named else ""), rtol=rtol, atol=atol)
