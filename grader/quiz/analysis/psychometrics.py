"""Classical item statistics of a score matrix, computed in whole numbers and divided once at the end.

With X the n x k matrix of item scores in [0, 1], T its row sums and rest_j = T - X_j: difficulty is mean(X_j),
discrimination corr(X_j, rest_j), D27 the difference in difficulty between the best and the weakest 27 % by T with ties
at the border shared out, alpha = k/(k-1) (1 - sum var(X_j) / var(T)), KR-20 the same for items scored 0 or 1, the
standard error of measurement s_T sqrt(1 - alpha) with s_T over n - 1. Definitions as in Crocker & Algina (1986) and
Feldt, Woodruff & Salih (1987) for the interval of alpha.

What cannot be computed is a Statistic without a value and with the reason; never 0, never NaN.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.quiz.analysis.significance import f_quantile

Ints = NDArray[np.int64]

GROUP = Fraction(27, 100)
"""The share of the learners in the best and in the weakest group (Kelley 1939)."""


@dataclass(frozen=True)
class Statistic:
    """A number, or the reason why there is none."""

    value: float | None
    reason: str = ""


def absent(reason: str) -> Statistic:
    """A statistic that cannot be computed."""
    return Statistic(None, reason)


@dataclass(frozen=True)
class Group:
    """The best or the weakest `size` learners: those of `sure`, and of the `tied` at the border a share of each."""

    sure: NDArray[np.bool_]
    tied: NDArray[np.bool_]
    share: Fraction
    size: int

    def mean(self, values: Ints) -> Fraction:
        """The mean of the group's values."""
        return (int(values[self.sure].sum()) + self.share * int(values[self.tied].sum())) / self.size


class Scores:
    """An n x k score matrix; the scores are exact, whole multiples of 1 / `unit`.

    `asked` says which items each learner was asked, where pools are drawn from; the scores on the others are 0.
    """

    def __init__(self, matrix: Ints, unit: int, asked: NDArray[np.bool_] | None = None) -> None:
        self.matrix = matrix
        self.unit = unit
        self.asked = np.ones(matrix.shape, dtype=bool) if asked is None else asked
        self.learners, self.items = matrix.shape
        self.totals: Ints = matrix.sum(axis=1)
        self.size = int(GROUP * self.learners + Fraction(1, 2))

    def among(self, item: int) -> "Scores":
        """The scores of those who were asked an item."""
        here = self.asked[:, item]
        return self if here.all() else Scores(self.matrix[here], self.unit, self.asked[here])

    def rest(self, item: int) -> Ints:
        """Each learner's total without one item."""
        return self.totals - self.matrix[:, item]

    def mean(self, values: Ints) -> Statistic:
        """The mean of whole multiples of the unit."""
        if not len(values):
            return absent("no learners")
        return Statistic(float(Fraction(int(values.sum()), len(values) * self.unit)))

    def median(self) -> Statistic:
        """The median total, in questions."""
        return Statistic(float(np.median(self.totals)) / self.unit) if self.learners else absent("no learners")

    def deviation(self) -> Statistic:
        """The standard deviation of the totals over n - 1, in questions."""
        return (
            Statistic(math.sqrt(self.variance(self.totals))) if self.learners > 1 else absent("fewer than 2 learners")
        )

    def variance(self, values: Ints, less: int = 1) -> Fraction:
        """The variance over n - `less`."""
        return Fraction(_products(values, values), self.unit**2 * len(values) * (len(values) - less))

    def difficulty(self, item: int) -> Statistic:
        """The mean item score: 1 is an item that everybody got right."""
        return self.mean(self.matrix[:, item])

    def discrimination(self, item: int) -> Statistic:
        """Correlation of the item with the rest of the test."""
        return self._against_item(item, self.rest(item))

    def uncorrected(self, item: int) -> Statistic:
        """Correlation of the item with the whole test, itself included."""
        return self._against_item(item, self.totals)

    def _against_item(self, item: int, others: Ints) -> Statistic:
        if self.items < 2:
            return absent("there is only one question")
        scores = self.matrix[:, item]
        if self.learners > 1 and not np.ptp(scores):
            return absent("everybody has the same score on it")
        return correlation(scores, others, "the scores on the rest do not differ")

    @cached_property
    def groups(self) -> tuple[Group, Group] | None:
        """The best and the weakest learners by total; None where all totals are equal."""
        if not self.size or not np.ptp(self.totals):
            return None
        return self._first(-self.totals), self._first(self.totals)

    def _first(self, totals: Ints) -> Group:
        """The group of lowest totals."""
        border = np.sort(totals)[self.size - 1]
        sure, tied = totals < border, totals == border
        return Group(sure, tied, Fraction(self.size - int(sure.sum()), int(tied.sum())), self.size)

    def d27(self, item: int) -> Statistic:
        """Difficulty in the best group minus difficulty in the weakest."""
        if self.groups is None:
            return absent("the totals do not differ" if self.learners > 1 else "fewer than 2 learners")
        best, weakest = (group.mean(self.matrix[:, item]) for group in self.groups)
        return Statistic(float((best - weakest) / self.unit))

    def efficiency(self, item: int) -> Statistic:
        """Covariance with the rest as a share of the largest that these scores could have."""
        scores, rest = self.matrix[:, item], self.rest(item)
        largest = _products(np.sort(scores), np.sort(rest))
        if self.learners < 2 or not largest:
            return absent("the scores do not differ" if self.learners > 1 else "fewer than 2 learners")
        return Statistic(_products(scores, rest) / largest)

    def alpha(self, without: int | None = None) -> Statistic:
        """Cronbach's alpha, of all items or without one."""
        kept = [item for item in range(self.items) if item != without]
        if not self.asked.all():
            return absent("not everybody was asked the same questions")
        totals = self.totals if without is None else self.rest(without)
        if len(kept) < 2:
            return absent("fewer than 2 questions")
        if self.learners < 2 or not np.ptp(totals):
            return absent("the totals do not differ" if self.learners > 1 else "fewer than 2 learners")
        items = sum((self.variance(self.matrix[:, item]) for item in kept), Fraction(0))
        return Statistic(float(Fraction(len(kept), len(kept) - 1) * (1 - items / self.variance(totals))))

    def kr20(self) -> Statistic:
        """Kuder and Richardson's formula 20, for items scored 0 or 1: equal to alpha."""
        if np.any((self.matrix != 0) & (self.matrix != self.unit)):
            return absent("some question gives partial credit; see alpha")
        return self.alpha()

    def kr21(self) -> Statistic:
        """Kuder and Richardson's formula 21: KR-20 if all items were equally difficult, so never above it."""
        if self.kr20().value is None:
            return self.kr20()
        mean, variance = Fraction(int(self.totals.sum()), self.learners * self.unit), self.variance(self.totals, less=0)
        return Statistic(
            float(Fraction(self.items, self.items - 1) * (1 - mean * (self.items - mean) / (self.items * variance)))
        )

    def sem(self) -> Statistic:
        """The standard error of measurement, in questions."""
        alpha = self.alpha()
        if alpha.value is None:
            return alpha
        return Statistic(math.sqrt(float(self.variance(self.totals)) * (1 - alpha.value)))

    def alpha_interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Feldt's confidence interval of alpha; None where alpha is undefined."""
        alpha = self.alpha().value
        if alpha is None:
            return None
        above, below = self.learners - 1, (self.learners - 1) * (self.items - 1)
        low, high = (f_quantile(share, above, below) for share in ((1 + level) / 2, (1 - level) / 2))
        return 1 - (1 - alpha) * low, 1 - (1 - alpha) * high


def correlation(left: Ints, right: Ints, same: str) -> Statistic:
    """Pearson's correlation; `same` is the reason when the right-hand values do not differ."""
    if len(left) < 2:
        return absent("fewer than 2 learners")
    squares = _products(left, left) * _products(right, right)
    if not squares:
        return absent(same)
    return Statistic(_products(left, right) / math.sqrt(squares))


def _products(left: Ints, right: Ints) -> int:
    """n times the sum of products of deviations, exactly."""
    return len(left) * int(np.dot(left, right)) - int(left.sum()) * int(right.sum())
