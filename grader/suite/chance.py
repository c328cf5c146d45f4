"""Statistical checks of a suite that say how likely they are to fail a right answer."""

import math
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from grader.engine.difference import apart

# What the tests of the running suite may fail a right answer by chance, added up; `grader verify` reads it.
risk: ContextVar[list[float] | None] = ContextVar("risk", default=None)


def may_fail(fail: float) -> None:
    """Counts the probability with which plain asserts fail a right answer; `by_chance` and its like count their own."""
    spent = risk.get()
    if spent is not None:
        spent.append(fail)


@lru_cache(maxsize=256)
def binomial_interval(n: int, p: float, fail: float) -> tuple[int, int]:
    """The widest-tailed interval of hits out of `n` outside which a binomial count falls with probability <= `fail`.

    Each tail holds at most fail/2, summed exactly (Clopper & Pearson 1934 use the same tails).
    """
    log_p, log_q = (math.log(p) if p > 0 else -math.inf), (math.log1p(-p) if p < 1 else -math.inf)

    def mass(k: int) -> float:
        if (p == 0 and k) or (p == 1 and k < n):
            return 0.0
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + (k * log_p if k else 0.0) + ((n - k) * log_q if n - k else 0.0))

    low, tail = 0, 0.0
    while low < n and tail + mass(low) <= fail / 2:
        tail += mass(low)
        low += 1
    high, tail = n, 0.0
    while high > 0 and tail + mass(high) <= fail / 2:
        tail += mass(high)
        high -= 1
    return low, high


def by_chance(hits: Any, n: int, p: float, what: str, fail: float = 1e-9) -> None:
    """`hits` out of `n` independent trials fits probability `p`; a right answer fails with probability <= `fail`.

    ValueError for a `p` outside [0, 1], or without a trial.
    """
    if not 0 <= p <= 1 or n < 1:
        raise ValueError(f"by_chance(…, {n}, {p}, {what!r}): give a number of trials, and a probability from 0 to 1")
    may_fail(fail)
    low, high = binomial_interval(n, p, fail)
    whole = isinstance(hits, int) and not isinstance(hits, bool)
    assert whole, f"{what}: expected a count out of {n}, saw {hits!r}"
    assert low <= hits <= high, f"{what}: expected about {n * p:.0f} of {n} ({low} to {high}), saw {hits}"


def mean_by_chance(
    values: Sequence[float], mean: float, low: float, high: float, what: str, fail: float = 1e-9
) -> None:
    """The mean of independent values from [low, high] fits `mean` (Hoeffding 1963, Theorem 2: no other assumption)."""
    may_fail(fail)
    numbers = [float(v) for v in values]
    assert numbers, f"{what}: no values came back"
    outside = next((v for v in numbers if not low <= v <= high), None)
    if outside is not None:
        strange, least, most = apart(outside, low, high, 6)
        raise AssertionError(f"{what}: expected values from {least} to {most}, saw {strange}")
    margin = (high - low) * math.sqrt(math.log(2 / fail) / (2 * len(numbers)))
    seen = math.fsum(numbers) / len(numbers)
    told, least, most = apart(seen, mean - margin, mean + margin, 3, 3)
    message = f"{what}: expected a mean of {mean:.3g} ({least} to {most}), saw {told}"
    assert abs(seen - mean) <= margin, message


def share(hits: Sequence[Any], p: float, what: str, fail: float = 1e-9) -> None:
    """The share of true ones among independent `hits`, each true with probability `p`, fits `p`."""
    flags = [bool(hit) for hit in hits]
    assert flags, f"{what}: no values came back"
    by_chance(sum(flags), len(flags), p, what, fail)


def all_seen(seen: Iterable[Any], of: Iterable[Any], what: str, fail: float = 1e-9) -> None:
    """Independent draws, each of the `of` equally likely, have met every one of them, and nothing else.

    ValueError where a right answer would miss one with a probability above `fail`: draw more often.
    """
    values, wanted = list(seen), set(of)
    assert values, f"{what}: no values came back"
    chance = len(wanted) * (1 - 1 / len(wanted)) ** len(values)
    if chance > fail:
        least = math.ceil(math.log(fail / len(wanted)) / math.log1p(-1 / len(wanted)))
        raise ValueError(f"all_seen({what}): {len(values)} draws are too few for {len(wanted)} values, take {least}")
    may_fail(chance)
    strange, missed = sorted(set(values) - wanted), sorted(wanted - set(values))
    assert not strange, f"{what}: saw {strange[0]!r}, which is none of the {len(wanted)}"
    assert not missed, f"{what}: {missed[0]!r} never came in {len(values)} draws (missing {len(missed)})"


def spread(values: Sequence[float], std: float, what: str, fail: float = 1e-9) -> None:
    """The standard deviation of independent normal values fits `std`, whatever their mean.

    By the bounds of Laurent & Massart (2000, Lemma 1) on a chi-square with one degree of freedom less than values.
    """
    may_fail(fail)
    numbers = [float(v) for v in values]
    free = len(numbers) - 1
    assert free > 0, f"{what}: expected at least 2 values, saw {len(numbers)}"
    x = math.log(2 / fail)
    low = max(0.0, 1 - 2 * math.sqrt(x / free))
    high = 1 + 2 * math.sqrt(x / free) + 2 * x / free
    mean = math.fsum(numbers) / len(numbers)
    seen = math.sqrt(math.fsum((v - mean) ** 2 for v in numbers) / free)
    least, most = std * math.sqrt(low), std * math.sqrt(high)
    told, at_least, at_most = apart(seen, least, most, 3, 3)
    message = f"{what}: expected a standard deviation of {std:.3g} ({at_least} to {at_most}), saw {told}"
    assert least <= seen <= most, message
