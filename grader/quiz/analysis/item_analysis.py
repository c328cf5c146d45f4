"""Item analysis of a quiz: difficulty and discrimination of each question, and who took which choice.

    analysis = analyze(quiz.questions, cohort.rows)

Questions of 0 points are surveys and left out. Blank answers count as 0 in the scores and apart in the choices.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from grader.quiz.analysis.psychometrics import Ints, Scores, Statistic, absent, correlation
from grader.quiz.format.kinds.open import OTHER
from grader.quiz.format.kinds.question import Question
from grader.quiz.score.cohort import Row

UNSTABLE = 30
"""With fewer learners every figure can change a lot from one class to the next."""

HARD, EASY, WEAK, SEEN = 0.25, 0.95, 0.20, 20


@dataclass(frozen=True)
class ChoiceUse:
    """Who took a choice: how many, which shares of all and of the best and weakest 27 %, and how they did otherwise.

    The choice id is empty for blank answers; `correlation` is between taking the choice and the rest of the test.
    """

    choice: str
    correct: bool
    count: int
    share: Statistic
    share_best: Statistic
    share_weakest: Statistic
    mean_rest: Statistic
    correlation: Statistic


@dataclass(frozen=True)
class Item:
    """One question's figures, among the `learners` who were asked it, and what they suggest, in words."""

    question: str
    learners: int
    difficulty: Statistic
    discrimination: Statistic
    uncorrected: Statistic
    d27: Statistic
    efficiency: Statistic
    alpha_without: Statistic
    choices: tuple[ChoiceUse, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Analysis:
    """The whole quiz: `mean`, `deviation` and `sem` are in questions, not in points."""

    learners: int
    items: tuple[Item, ...]
    surveys: tuple[str, ...]
    mean: Statistic
    median: Statistic
    deviation: Statistic
    kr20: Statistic
    kr21: Statistic
    alpha: Statistic
    alpha_interval: tuple[float, float] | None
    sem: Statistic

    @property
    def unstable(self) -> bool:
        """Whether there are too few learners to rely on any figure."""
        return self.learners < UNSTABLE


def analyze(questions: Sequence[Question], rows: Sequence[Row], variants: Sequence[tuple[int, ...]] = ()) -> Analysis:
    """The analysis of one row of picks per learner; `variants` is what each was shown, empty for the first."""
    shown = variants or [(0,) * len(questions)] * len(rows)
    taken = [
        Taken(question, [(one[number], row[number]) for one, row in zip(shown, rows, strict=True)])
        for number, question in enumerate(questions)
        if question.points
    ]
    unit = math.lcm(*(share.denominator for column in taken for share in column.shares))
    matrix = np.array([column.scores(unit) for column in taken], dtype=np.int64).reshape(len(taken), len(rows)).T
    asked = np.array([column.asked for column in taken], dtype=bool).reshape(len(taken), len(rows)).T
    scores = Scores(matrix, unit, asked)
    return Analysis(
        learners=scores.learners,
        items=tuple(_item(column, scores.among(item), item) for item, column in enumerate(taken)),
        surveys=tuple(question.id for question in questions if not question.points),
        mean=scores.mean(scores.totals),
        median=scores.median(),
        deviation=scores.deviation(),
        kr20=scores.kr20(),
        kr21=scores.kr21(),
        alpha=scores.alpha(),
        alpha_interval=scores.alpha_interval(),
        sem=scores.sem(),
    )


class Taken:
    """The (variant, picks) of all learners on one question, each different one held once; no picks: not asked."""

    def __init__(self, question: Question, picks: Sequence[tuple[int, tuple[str, ...] | None]]) -> None:
        known: dict[tuple[int, tuple[str, ...]], int] = {}
        self.question = question
        self.asked = [ticked is not None for _, ticked in picks]
        given = [(variant, ticked) for variant, ticked in picks if ticked is not None]
        self.codes: Ints = np.array([known.setdefault(ticked, len(known)) for ticked in given], dtype=np.int64)
        self.sets = [ticked for _, ticked in known]
        shown = [question.variant(variant) for variant, _ in known]
        self.shares = [judged(one, ticked) for one, ticked in zip(shown, self.sets, strict=True)]
        self.options = [one.taken(ticked) if ticked else () for one, ticked in zip(shown, self.sets, strict=True)]

    def scores(self, unit: int) -> Ints:
        """The score of each learner in multiples of 1 / `unit`, 0 where it was not asked."""
        scores: Ints = np.zeros(len(self.asked), dtype=np.int64)
        scores[self.asked] = np.array([int(earned * unit) for earned in self.shares], dtype=np.int64)[self.codes]
        return scores

    def chosen(self, choice: str) -> Ints:
        """1 for each learner, of those who were asked, who ticked the choice; the empty choice is a blank answer."""
        pairs = zip(self.sets, self.options, strict=True)
        return np.array([choice in taken if choice else not picks for picks, taken in pairs], dtype=np.int64)[
            self.codes
        ]


def judged(question: Question, picks: tuple[str, ...]) -> Fraction:
    """The share of its points that an answer earns; a blank one none."""
    return question.share(picks) if picks else Fraction(0)


def _item(taken: Taken, scores: Scores, item: int) -> Item:
    question = taken.question
    right = {option.id for option in question.options if option.correct}
    choices = tuple(
        _use(option, option in right, taken.chosen(option), scores, item)
        for option in (*(option.id for option in question.options), *([OTHER] if question.is_open else []), "")
    )
    found = Item(
        question=question.id,
        learners=scores.learners,
        difficulty=scores.difficulty(item),
        discrimination=scores.discrimination(item),
        uncorrected=scores.uncorrected(item),
        d27=scores.d27(item),
        efficiency=scores.efficiency(item),
        alpha_without=scores.alpha(without=item),
        choices=choices,
        flags=(),
    )
    return replace(found, flags=tuple(_flags(found, scores)))


def _use(choice: str, correct: bool, chosen: Ints, scores: Scores, item: int) -> ChoiceUse:
    count = int(chosen.sum())
    rest = scores.rest(item)
    alone = "nobody took it" if not count else "everybody took it" if count == len(chosen) else ""
    groups = scores.groups
    return ChoiceUse(
        choice=choice,
        correct=correct,
        count=count,
        share=Statistic(count / len(chosen)) if len(chosen) else absent("no learners"),
        share_best=Statistic(float(groups[0].mean(chosen))) if groups else absent("the totals do not differ"),
        share_weakest=Statistic(float(groups[1].mean(chosen))) if groups else absent("the totals do not differ"),
        mean_rest=scores.mean(rest[chosen == 1]) if count else absent("nobody took it"),
        correlation=absent(alone) if alone else correlation(chosen, rest, "the scores on the rest do not differ"),
    )


def _flags(item: Item, scores: Scores) -> Iterator[str]:
    """What an instructor should look at, in words."""
    p, r = item.difficulty.value, item.discrimination.value
    if p is not None and p < HARD:
        yield f"hard: {p:.0%} of its points were earned"
    if p is not None and p > EASY:
        yield f"easy: {p:.0%} of its points were earned"
    if r is not None and r < 0:
        yield "those who do well otherwise do worse here: check the key first"
    elif r is not None and r < WEAK:
        yield "weak: hardly tells strong from weak learners"
    alpha, without = scores.alpha().value, item.alpha_without.value
    if alpha is not None and without is not None and without > alpha:
        yield f"the test would be more reliable without it (alpha {without:.3f}, now {alpha:.3f})"
    rights = [use for use in item.choices if use.correct]
    key = rights[0] if rights else None
    for use in item.choices:
        if use.correct or use.choice in ("", OTHER):
            continue
        if use.correlation.value is not None and use.correlation.value > 0:
            yield f"wrong choice `{use.choice}` attracts strong learners (r = {use.correlation.value:+.2f})"
        if not use.count and scores.learners >= SEEN:
            yield f"nobody took wrong choice `{use.choice}`"
        best, best_key = use.share_best.value, key.share_best.value if key else None
        if len(rights) == 1 and best is not None and best_key is not None and best > best_key:
            yield f"the best learners took `{use.choice}` more often than the key: is the key right?"
