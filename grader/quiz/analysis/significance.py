"""The tests and intervals that lint and the item analysis need, exact or to double precision, without scipy."""

import math
from collections.abc import Callable, Sequence


def two_sided(hits: int, chances: Sequence[float]) -> float:
    """p-value of `hits` successes in independent trials of the given chances (binomial when they are equal).

    Two-sided as in R's binom.test: the chance of all counts that are no more likely than the one seen.
    """
    table = [1.0]
    for chance in chances:
        grown = [0.0] * (len(table) + 1)
        for count, weight in enumerate(table):
            grown[count] += weight * (1 - chance)
            grown[count + 1] += weight * chance
        table = grown
    return min(1.0, math.fsum(weight for weight in table if weight <= table[hits] * (1 + 1e-7)))


def correlation_interval(r: float, pairs: int) -> tuple[float, ...]:
    """The 95 % confidence interval of a correlation by Fisher's z; empty for fewer than 4 pairs."""
    if pairs < 4:
        return ()
    middle = math.atanh(max(-0.999999, min(0.999999, r)))
    half = 1.959964 / math.sqrt(pairs - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def chi_square_tail(statistic: float, degrees: int) -> float:
    """P(X >= statistic) for a chi-square distribution of whole degrees of freedom."""
    half = statistic / 2
    tail, start = (math.exp(-half), 1.0) if degrees % 2 == 0 else (math.erfc(math.sqrt(half)), 0.5)
    return tail + math.fsum(
        math.exp(-half) * half ** (start + step) / math.gamma(start + step + 1) for step in range((degrees - 1) // 2)
    )


def f_quantile(share: float, above: int, below: int) -> float:
    """The value that an F distribution of (above, below) degrees of freedom stays under with probability `share`."""
    ratio = _bisect(lambda x: beta_share(x, above / 2, below / 2), share)
    return below * ratio / (above * (1 - ratio)) if ratio < 1 else math.inf


def beta_share(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function I_x(a, b), by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1000):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        lower = 1 / (1 + term * lower or tiny)
        upper = 1 + term / upper or tiny
        value *= lower * upper
        if abs(lower * upper - 1) < 1e-15:
            break
    return front * (value - 1)


def _bisect(share_of: Callable[[float], float], share: float) -> float:
    """Where an increasing function on [0, 1] takes the value."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if share_of(middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
