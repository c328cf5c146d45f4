"""The statistics of suites: intervals as wide as they claim, no wider."""

import math

import numpy as np
import pytest

from grader.suite.chance import all_seen, binomial_interval, by_chance, may_fail, mean_by_chance, risk, share, spread


def outside(n: int, p: float, low: int, high: int) -> float:
    """Probability, summed exactly with integers, that a binomial count lies outside [low, high]."""
    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if not low <= k <= high)


@pytest.mark.parametrize(("n", "p"), [(400, 0.5), (200, 0.5), (1000, 0.1), (60, 0.9), (12, 0.01)])
def test_interval_keeps_its_promise(n: int, p: float) -> None:
    """The interval misses with at most the stated probability, and one step narrower would miss with more."""
    low, high = binomial_interval(n, p, 1e-8)

    assert outside(n, p, low, high) <= 1e-8
    assert outside(n, p, low + 1, n) > 0.5e-8
    assert outside(n, p, 0, high - 1) > 0.5e-8


def test_known_intervals() -> None:
    """400 fair coins give 143 to 257 heads and 200 give 60 to 140, at 1e-8."""
    assert binomial_interval(400, 0.5, 1e-8) == (143, 257)
    assert binomial_interval(200, 0.5, 1e-8) == (60, 140)


def test_by_chance_judges_both_ways() -> None:
    """A plausible count passes; an implausible one and something that is no count fail with numbers in the message."""
    by_chance(200, 400, 0.5, "heads")
    with pytest.raises(AssertionError, match=r"expected about 200 of 400 \(139 to 261\), saw 300"):
        by_chance(300, 400, 0.5, "heads")
    with pytest.raises(AssertionError, match="expected a count"):
        by_chance(None, 400, 0.5, "heads")
    for n, p in ((400, 50), (400, -0.1), (0, 0.5)):
        with pytest.raises(ValueError, match="a probability from 0 to 1"):
            by_chance(1, n, p, "heads")


def test_mean_by_chance_judges_both_ways() -> None:
    """A mean within Hoeffding's margin passes; one outside, an empty list and a value out of range fail."""
    mean_by_chance([0.0, 1.0] * 2000, 0.5, 0, 1, "mean")
    with pytest.raises(AssertionError, match="expected a mean of 0.5"):
        mean_by_chance([0.0, 1.0, 1.0] * 2000, 0.5, 0, 1, "mean")
    with pytest.raises(AssertionError, match="no values"):
        mean_by_chance([], 0.5, 0, 1, "mean")
    with pytest.raises(AssertionError, match="expected values from 0 to 1"):
        mean_by_chance([2.0], 0.5, 0, 1, "mean")
    with pytest.raises(AssertionError):
        mean_by_chance([math.nan] * 10, 0.5, 0, 1, "mean")


def test_risk_is_added_up() -> None:
    """Every statistical check notes how likely it fails a right answer."""
    spent: list[float] = []
    token = risk.set(spent)
    by_chance(200, 400, 0.5, "heads", fail=1e-8)
    mean_by_chance([0.5] * 10, 0.5, 0, 1, "mean")
    may_fail(1e-12)
    risk.reset(token)

    assert spent == [1e-8, 1e-9, 1e-12]


def test_share_counts_flags() -> None:
    """`share` is `by_chance` for a list of yes and no, and wants one."""
    share([True, False] * 200, 0.5, "heads")
    for wrong in ([], [True] * 400):
        with pytest.raises(AssertionError):
            share(wrong, 0.5, "heads")


def test_all_seen_knows_how_many_draws_it_takes() -> None:
    """It fails for a value that is missing or strange, adds up its own risk, and refuses to judge too few draws."""
    spent: list[float] = []
    token = risk.set(spent)
    all_seen([0, 1, 2] * 30, range(3), "classes")
    risk.reset(token)
    assert len(spent) == 1 and 0 < spent[0] <= 1e-9
    with pytest.raises(AssertionError, match="2 never came in 90 draws"):
        all_seen([0, 1, 1] * 30, range(3), "classes")
    with pytest.raises(AssertionError, match="saw 7, which is none of the 3"):
        all_seen([0, 1, 7] * 30, range(3), "classes")
    with pytest.raises(ValueError, match="10 draws are too few for 3 values, take 54"):
        all_seen([0] * 10, range(3), "classes")


def test_spread_is_as_wide_as_it_claims() -> None:
    """Right normal values pass, half or twice the deviation fails, and the risk is counted."""
    numbers = [float(x) for x in np.random.default_rng(1).normal(5, 2, 4000)]
    spent: list[float] = []
    token = risk.set(spent)
    spread(numbers, 2, "weights")
    risk.reset(token)
    assert spent == [1e-9]
    for wrong in (1.0, 4.0, 2.3):
        with pytest.raises(AssertionError, match="expected a standard deviation of"):
            spread(numbers, wrong, "weights")
