"""Answers that are random by design, compared by what they are drawn from: mean and spread over several runs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

DRAWS = 8  # runs of each side, under other random numbers
LIKELY = 4.1  # in standard errors: with twice 8 runs chance goes beyond it once in a thousand times
ROUNDING = 1e-4  # of the size of the numbers, by which sums in another order may differ


@dataclass(frozen=True)
class Statistic:
    """One number of both sides, averaged over the runs, and whether chance alone explains the difference."""

    name: str
    submission: float
    reference: float
    inside: bool


def distribution(submission: Sequence[Any], reference: Sequence[Any]) -> tuple[Statistic, ...] | None:
    """Mean and spread of the answers of several runs; None where an answer has no finite numbers."""
    sides = [[numbers(answer) for answer in answers] for answers in (submission, reference)]
    if not all(side and all(one.size and np.isfinite(one).all() for one in side) for side in sides):
        return None
    mine, theirs = sides
    size = max(float(np.abs(one).max()) for one in (*mine, *theirs))
    return tuple(
        statistic(name, [float(measure(one)) for one in mine], [float(measure(one)) for one in theirs], size)
        for name, measure in (("mean", np.mean), ("spread", np.std))
    )


def statistic(name: str, mine: list[float], theirs: list[float], size: float) -> Statistic:
    """Welch's comparison of two means; differences by rounding are none."""
    a, b = float(np.mean(mine)), float(np.mean(theirs))
    error = math.sqrt(variance(mine) / len(mine) + variance(theirs) / len(theirs))
    return Statistic(name, a, b, abs(a - b) <= LIKELY * error + ROUNDING * size)


def variance(values: list[float]) -> float:
    return float(np.var(values, ddof=1)) if len(values) > 1 else 0.0


def numbers(answer: Any) -> np.ndarray:
    """All numbers of an answer in one row; an exception has none."""
    parts = [np.asarray(one, dtype=float).ravel() for one in leaves(answer)]
    return np.concatenate(parts) if parts else np.zeros(0)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, (bool, int, float)) or (isinstance(value, np.ndarray) and value.dtype.kind in "biuf"):
        yield value
