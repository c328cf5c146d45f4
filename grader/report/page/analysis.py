"""What a class understood and what it did not: one pass over its results, then tests, questions and outliers.

    survey = Survey()
    survey.add(student, unit, record, measured)     # each counted result once
    survey.misses(), survey.distractors(), survey.items(), survey.outliers()

Tests and quiz questions are items alike, scored 0 to 1. A student who did not hand in a unit says nothing about its
items: difficulty is the mean over those who did, discrimination the correlation with their mean on all other items
(for complete data exactly the corrected point-biserial).
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from grader.base.text import visible
from grader.quiz.analysis.psychometrics import Scores, Statistic
from grader.quiz.analysis.significance import correlation_interval
from grader.quiz.format.console import plain
from grader.report.gradebook.records import Measured, Record
from grader.report.gradebook.units import Unit
from grader.report.page.schema import OutlierLine

FEW = 5
HARD, WEAK = 0.25, 0.2
RULE = (
    f"An item is named very hard where less than {100 * HARD:.0f} % of its points were earned. That stronger students"
    f" miss it, or that it hardly tells strong from weak, is said only if at least {FEW} students got all of it, {FEW}"
    f" did not, and the whole 95 % confidence interval of its discrimination (Fisher's z) is below 0, or below {WEAK}."
)
LEAST = 2.0  # seconds above the median that are worth a look
TWICE = 2.0  # times the median that are, of seconds and of memory
FAR = 3.5  # robust z-score from which a measurement is an outlier (Iglewicz & Hoaglin 1993)


@dataclass
class Item:
    """One test or quiz question and how the class did on it; `id` is unit/name.

    `stem` is a question as it was written; `full` counts who got all its points, `interval` is the 95 % confidence
    interval of `discrimination`, empty where there are too few for one.
    """

    id: str
    unit: str
    title: str
    taken: int = 0
    missed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    resembles: Counter[str] = field(default_factory=Counter)
    choices: dict[str, "Choice"] = field(default_factory=dict)
    stem: str = ""
    full: int = 0
    difficulty: float | None = None
    discrimination: float | None = None
    interval: tuple[float, ...] = ()
    flag: str = ""

    @property
    def rate(self) -> float:
        """The share of those who took it that did not get all its points."""
        return self.missed / self.taken if self.taken else 0.0


@dataclass
class Choice:
    """One choice of a question and how many ticked it; `source` is its text as it was written."""

    text: str
    correct: bool
    misconception: str
    count: int = 0
    source: str = ""


class Survey:
    """Collects results; every method may be called once all are in."""

    def __init__(self) -> None:
        self.all: dict[str, Item] = {}
        self.scores: dict[str, dict[str, Fraction]] = {}
        self.timing: dict[tuple[str, str], list[tuple[float, str]]] = {}

    def add(self, student: str, unit: Unit, record: Record, measured: Measured) -> None:
        """One student's counted result."""
        row = self.scores.setdefault(student, {})
        resembles = visible((record.get("resembles") or "").replace("_", " "))
        for test in record.get("tests", ()):
            item = self.item(unit, test["name"], test["title"])
            part = self.count(item, test["points"]["earned"], test["points"]["possible"])
            passed = test["outcome"] == "passed"
            item.missed += not passed
            item.outcomes[test["outcome"]] += 1
            if not passed and resembles:
                item.resembles[resembles] += 1
            if part is not None:
                row[item.id] = part
        for question in record.get("questions", ()):
            item = self.item(unit, question["id"], question["stem"])
            item.stem = item.stem or question["stem"]
            part = self.count(item, question["points"] or 0, question["possible"])
            item.missed += question["status"] != "correct"
            item.outcomes[question["status"]] += 1
            for choice in question["choices"]:
                if choice["id"] not in item.choices:
                    text = plain(choice["text"]) if choice.get("foreseen", True) else "another answer"
                    shown = choice["text"] if choice.get("foreseen", True) else text
                    wrong = choice["misconception"] or ""
                    item.choices[choice["id"]] = Choice(text, bool(choice["correct"]), wrong, source=shown)
                item.choices[choice["id"]].count += choice["id"] in question["picked"]
            if part is not None:
                row[item.id] = part
        for name in ("own_seconds", "peak_mb"):
            if name in measured:
                self.timing.setdefault((unit.id, name), []).append((float(measured[name]), student))

    def item(self, unit: Unit, name: str, title: str) -> Item:
        key = f"{unit.id}/{name}"
        if key not in self.all:
            self.all[key] = Item(key, unit.key, plain(visible(title)) if unit.kind == "quiz" else visible(title))
        return self.all[key]

    def count(self, item: Item, earned: Any, possible: Any) -> Fraction | None:
        """One more who took it; the share of its points, None where it has none."""
        item.taken += 1
        part = share(str(earned), str(possible))
        item.full += part == 1
        return part

    def misses(self, limit: int = 15) -> list[Item]:
        """The tests that most of the class did not pass, worst first."""
        tests = [item for item in self.all.values() if not item.choices and item.missed]
        return sorted(tests, key=lambda item: (-item.rate, item.id))[:limit]

    def distractors(self, limit: int = 12) -> list[tuple[Item, Choice]]:
        """The wrong choices that were ticked most often, by share of those who took the question."""
        wrong = [(i, c) for i in self.all.values() for c in i.choices.values() if c.count and not c.correct]
        return sorted(wrong, key=lambda one: (-one[1].count / one[0].taken, one[0].id, one[1].text))[:limit]

    def items(self) -> list[Item]:
        """Every item that is worth points, with difficulty, discrimination and what they suggest."""
        names = sorted({name for row in self.scores.values() for name in row})
        if not names:
            return []
        matrix = np.array([[float(row.get(name, "nan")) for name in names] for _, row in sorted(self.scores.items())])
        known = ~np.isnan(matrix)
        filled = np.where(known, matrix, 0.0)
        others = known.sum(1, keepdims=True) - known
        rest = np.divide(
            filled.sum(1, keepdims=True) - filled, others, out=np.full_like(filled, np.nan), where=others > 0
        )
        for column, name in enumerate(names):
            item = self.all[name]
            here = known[:, column] & ~np.isnan(rest[:, column])
            item.difficulty = float(matrix[known[:, column], column].mean())
            item.discrimination = correlation(matrix[here, column], rest[here, column])
            if item.discrimination is not None and min(item.full, item.taken - item.full) >= FEW:
                item.interval = correlation_interval(item.discrimination, int(here.sum()))
            item.flag = flag(item)
        return [self.all[name] for name in names]

    def alpha(self) -> tuple[Statistic, int]:
        """Cronbach's alpha over the students who handed in everything, and how many those are."""
        names = sorted({name for row in self.scores.values() for name in row})
        complete = [[row[name] for name in names] for _, row in sorted(self.scores.items()) if len(row) == len(names)]
        if len(complete) < 2 or not names:
            return Statistic(None, "fewer than 2 students handed in everything"), len(complete)
        unit = math.lcm(*{share.denominator for row in complete for share in row})
        whole = np.array([[int(share * unit) for share in row] for row in complete], dtype=np.int64)
        return Scores(whole, unit).alpha(), len(complete)

    def outliers(self) -> list[OutlierLine]:
        """Measurements far above the class's, by the median and the median absolute deviation of their logarithms.

        Seconds are the code's own, without the loading of packages, and two seconds above the median; both are at
        least twice the median.
        """
        found: list[OutlierLine] = []
        for (unit, name), values in sorted(self.timing.items()):
            numbers = [value for value, _ in values if value > 0]
            if len(numbers) < FEW:
                continue
            median = statistics.median(numbers)
            logs = np.log(numbers)
            spread = max(1.4826 * float(np.median(np.abs(logs - np.median(logs)))), 0.05)
            for value, student in sorted(values, key=lambda one: (-one[0], one[1])):
                much = value > TWICE * median and (name != "own_seconds" or value > median + LEAST)
                if value > 0 and much and (np.log(value) - np.log(median)) / spread > FAR:
                    found.append({"student": student, "unit": unit, "what": name, "value": value, "median": median})
        return found


@lru_cache(maxsize=4096)
def share(earned: str, possible: str) -> Fraction | None:
    """Exactly earned over possible; None where nothing can be earned."""
    worth = Fraction(possible)
    return Fraction(earned) / worth if worth else None


def correlation(left: Any, right: Any) -> float | None:
    """Pearson's correlation; None where it is undefined."""
    if len(left) < 3 or np.ptp(left) == 0 or np.ptp(right) < 1e-12:
        return None
    return float(np.corrcoef(left, right)[0, 1])


def flag(item: Item) -> str:
    """What an item's numbers suggest, in words; empty if nothing. `RULE` says when."""
    if item.taken < FEW or item.difficulty is None:
        return ""
    if item.interval and item.interval[1] < 0:
        return "stronger students miss it: check the test or the key"
    if item.difficulty < HARD:
        return "very hard"
    if item.interval and item.interval[1] < WEAK:
        return "hardly tells strong from weak"
    return ""


def quartiles(shares: Iterable[Fraction]) -> list[Fraction]:
    """Minimum, lower quartile, median, upper quartile and maximum, exactly; empty for no values."""
    values = sorted(shares)
    if not values:
        return []
    return [quantile(values, Fraction(k, 4)) for k in range(5)]


def quantile(values: list[Fraction], at: Fraction) -> Fraction:
    """The linearly interpolated quantile of sorted values."""
    place = at * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])
