"""The norms by formula, in float64: which divisor does a network use?"""

import itertools

import numpy as np

FACTORS = (1.0, 1e-2, 1e-3, 1e-4)  # sizes of the input: the smaller, the more eps matters
LARGEST_EPS = 1.5e-3
WRONG = {
    (1, False): "the variance is the mean of the squared deviations: divide by n, not by n - 1 (unbiased=False)",
    (0, True): "eps belongs inside the root: sqrt(var + eps), not sqrt(var) + eps",
    (1, True): "divide by sqrt(var + eps), where var is the mean of the squared deviations (unbiased=False)",
}
UNKNOWN = "they are not those of (a − mean) / √(var + eps) and ReLU, with γ = 1 and β = 0 as at first"
AXIS = {"batch": 0, "layer": 1}


def normed(a, norm, eps=1e-5, ddof=0, outside=False):
    """(a − mean) / divisor for a (N, hidden)."""
    axis = AXIS[norm]
    var = a.var(axis, ddof=ddof, keepdims=True)
    return (a - a.mean(axis, keepdims=True)) / (np.sqrt(var) + eps if outside else np.sqrt(var + eps))


def problem(a, norm, seen):
    """What is wrong with `seen`, which should be relu(normed(factor · a)) for all FACTORS; empty if nothing is."""
    for ddof, outside in itertools.product((0, 1), (False, True)):
        eps = guessed_eps(FACTORS[-1] * a, norm, seen[-1], ddof, outside)
        with np.errstate(all="ignore"):
            expected = [np.maximum(normed(factor * a, norm, max(eps, 1e-30), ddof, outside), 0) for factor in FACTORS]
        if all(np.abs(one - other).max() < 5e-4 for one, other in zip(expected, seen, strict=True)):
            if (ddof, outside) != (0, False):
                return WRONG[ddof, outside]
            return "" if eps <= LARGEST_EPS else f"eps is about {eps:.1g}: it must not be larger than 1e-3"
    return UNKNOWN


def guessed_eps(a, norm, seen, ddof, outside):
    """The eps with which the formula gives, as well as it can, what was seen for one small input."""
    axis = AXIS[norm]
    deviation, var = a - a.mean(axis, keepdims=True), a.var(axis, ddof=ddof)
    up = np.maximum(deviation, 0)
    with np.errstate(all="ignore"):
        divisor = (up**2).sum(axis) / (up * seen).sum(axis)
        eps = divisor - np.sqrt(var) if outside else divisor**2 - var
    eps = eps[np.isfinite(eps) & (var > 0)]
    return max(float(np.median(eps)), 0.0) if eps.size else 0.0
