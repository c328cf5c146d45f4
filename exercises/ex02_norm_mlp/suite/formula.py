"""The network by formula, in float64, with the right norm and with the usual wrong ones."""

import itertools

import numpy as np

FACTORS = (1.0, 1e-2, 1e-3, 1e-4)  # sizes of the input: the smaller, the more eps matters
EPSILONS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 0.0)
WRONG = {
    (1, False): "the variance is the mean of the squared deviations: divide by n, not by n - 1 (unbiased=False)",
    (0, True): "eps belongs inside the root: sqrt(var + eps), not sqrt(var) + eps",
    (1, True): "divide by sqrt(var + eps), where var is the mean of the squared deviations (unbiased=False)",
}
UNKNOWN = "they are not those of γ·(a − mean) / √(var + eps) + β, ReLU and the last layer"


def logits(hidden, axis, ddof, eps, outside, gamma, beta, last, bias):
    """norm → ReLU → Linear of what the first Linear gave (N, hidden), averaged over the axis."""
    deviation = hidden - hidden.mean(axis, keepdims=True)
    var = hidden.var(axis, ddof=ddof, keepdims=True)
    divisor = np.sqrt(var) + eps if outside else np.sqrt(var + eps)
    return np.maximum(deviation / divisor * gamma + beta, 0) @ last.T + bias


def how(hidden, norm, own, last, bias, seen):
    """(ddof, eps outside the root) with which the formula gives the logits for all FACTORS; None if there is none.

    `own` are the norm's two parameters; which of them is γ and which is β is for the learner to say, as is eps.
    """
    axis = {"batch": 0, "layer": 1}[norm]
    for ddof, outside, eps, (gamma, beta) in itertools.product((0, 1), (False, True), EPSILONS, (own, own[::-1])):
        gaps = [
            np.abs(logits(factor * hidden, axis, ddof, eps, outside, gamma, beta, last, bias) - one).max()
            for factor, one in zip(FACTORS, seen, strict=True)
        ]
        if max(gaps) < 5e-4:
            return ddof, outside
    return None
