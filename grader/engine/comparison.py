"""A submission beside the reference solution: the same questions to both, and how far apart the answers lie."""

import re
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine.answers import SAME, answered, gap
from grader.engine.distribution import DRAWS, Statistic, distribution
from grader.engine.examiner import Examiner
from grader.engine.observe import Question
from grader.engine.record import Record
from grader.engine.verdict import Verdict

REPEATS = 3
MOST_REPEATS = 9  # of what is over so fast that the kernel's clock hardly sees it
REPEAT_SECONDS = 1.0  # after which nothing is repeated any more
MOST_TIMED = 5  # questions, those that take the solution longest
MOST_DRAWN = 3  # questions whose answers are drawn again and again
LONG = 3.0  # seconds from which what was asked once says something about the code, not about the machine
IMPORTED = re.compile(rb"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """One question: what both answered, and the largest difference (None where the forms differ).

    `random`: the solution itself answers otherwise under other random numbers, so a difference says nothing; `drawn`
    then compares mean and spread, if they were asked for. `tests` are those that asked.
    """

    question: Question
    seen: Any
    expected: Any
    error: float | None
    random: bool = False
    tests: tuple[str, ...] = ()
    drawn: tuple[Statistic, ...] | None = None

    @property
    def same(self) -> bool:
        return self.error is not None and self.error <= SAME

    @property
    def by_chance(self) -> bool:
        """Whether chance may be all that makes the answers differ; no answer is none of chance's."""
        return self.random and not self.same and not isinstance(self.seen, Exception)

    @property
    def submission(self) -> str:
        return brief(self.seen)

    @property
    def reference(self) -> str:
        return brief(self.expected)


@dataclass(frozen=True)
class Comparison:
    """All questions of a suite, put to a submission and to the solution under one seed.

    `max_error` is over what is not random by design, and None if some answer has another form or is missing. The ratios
    are submission by solution, of seconds and of peak memory as the kernel counted it; `seconds` are the submission's
    own, without the loading of packages that the solution does not import.
    """

    record: Record
    rows: tuple[Row, ...]
    time_ratio: float | None
    memory_ratio: float | None
    seconds: float = 0.0

    @property
    def random(self) -> bool:
        """Whether every answer is random by design, so that nothing is left to compare."""
        return bool(self.rows) and all(row.random for row in self.rows)

    @property
    def chance(self) -> str:
        """How many of the questions are random by design, as `3 of 20`; empty for none."""
        count = sum(row.random for row in self.rows)
        return f"{count} of {len(self.rows)}" if count else ""

    @property
    def max_error(self) -> float | None:
        errors = [row.error for row in self.rows if not row.random]
        return None if not errors or None in errors else max(e for e in errors if e is not None)

    def numbers(self) -> dict[str, float | None]:
        """The three numbers that a class report keeps."""
        return {"max_error": self.max_error, "time_ratio": self.time_ratio, "memory_ratio": self.memory_ratio}


def compared(
    examiner: Examiner, exercise: Exercise, submission: Submission, seed: int | None = None, timed: bool = False,
    known: dict[str, bool] | None = None,
) -> Comparison:  # fmt: skip
    """Grades the submission, then puts every question of its suite to the solution as well.

    `timed` is for the learner's own comparison: it runs both again, by turns, for a ratio of CPU times, and draws what
    is random by design again; else the ratio is of what each question took once, and None below `LONG`. `known`
    remembers from submission to submission which questions are random by design.
    """
    asking: dict[str, list[str]] = {}

    def note(name: str, verdict: Verdict | None) -> None:
        if verdict is not None and examiner.suite is not None:
            for question in examiner.suite.asked:
                asking.setdefault(question.digest(), []).append(name)

    record = examiner.grade(exercise, submission, seed, watch=note)
    now = examiner.now
    assert now is not None
    mine, theirs = now.submission, now.reference
    asked = [] if theirs.absent else list({question.digest(): question for question in mine.asked}.values())
    answers = [(one, answered(mine, one), answered(theirs, one)) for one in asked]
    now.leave()
    random = random_questions(examiner, exercise, record.seed, answers, {} if known is None else known)
    examiner.now = now  # the solution was examined meanwhile
    rows = [
        Row(
            one, seen, expected, gap(seen, expected), one.digest() in random,
            tuple(dict.fromkeys(asking.get(one.digest(), ()))),
        )
        for one, seen, expected in answers
    ]  # fmt: skip
    both = mine.memory.keys() & theirs.memory.keys()
    spent = mine.seconds(both), theirs.seconds(both)
    times = ratio(*spent) if max(spent) >= LONG else None
    own = mine.seconds()
    if not packages(submission.source) - packages(theirs.source or b""):
        own += mine.loading
    if timed:
        rows = drawn_again(examiner, exercise, submission, record.seed, rows)
        longest = sorted(asked, key=lambda one: -theirs.spent(one))[:MOST_TIMED]
        times = time_ratio(examiner, exercise, submission, record.seed, longest)
        examiner.now = now
    return Comparison(record, tuple(rows), times, ratio(mine.peak_kb, theirs.peak_kb), own)


def random_questions(
    examiner: Examiner, exercise: Exercise, seed: int, answers: list[tuple[Question, Any, Any]], known: dict[str, bool]
) -> set[str]:
    """The digests of the questions that the solution answers otherwise when its random numbers are others.

    `known` holds what was found before, and gets what is found now.
    """

    def key(question: Question) -> str:
        return f"{exercise.id}/{question.digest()}"

    new = [(question, expected) for question, _, expected in answers if key(question) not in known]
    if new:
        solution = Submission.solution(exercise)
        other = examiner.examine(exercise, solution.source, seed, own_seed=(seed + 1) % 2**31, files=solution.files)
        for question, expected in new:
            again = answered(other.submission, question)
            error = 0.0 if isinstance(again, Exception) and isinstance(expected, Exception) else gap(again, expected)
            known[key(question)] = error is None or error > SAME
        other.leave()
    return {question.digest() for question, _, _ in answers if known[key(question)]}


def drawn_again(
    examiner: Examiner, exercise: Exercise, submission: Submission, seed: int, rows: list[Row]
) -> list[Row]:
    """The rows; those that differ by chance with mean and spread over `DRAWS` runs of both, one of each test."""
    chosen: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(rows):
        if row.by_chance:
            chosen.setdefault(row.tests, at)
    places = sorted(chosen.values())[:MOST_DRAWN]
    if not places:
        return rows
    seen: dict[int, tuple[list[Any], list[Any]]] = {at: ([], []) for at in places}
    for run in range(1, DRAWS + 1):
        for side, one in enumerate((submission, Submission.solution(exercise))):
            now = examiner.examine(exercise, one.source, seed, own_seed=(seed + run) % 2**31, files=one.files)
            for at in places:
                seen[at][side].append(answered(now.submission, rows[at].question))
            now.leave()
    return [replace(row, drawn=distribution(*seen[at])) if at in seen else row for at, row in enumerate(rows)]


def packages(source: bytes) -> set[str]:
    """The top-level names that a source imports, judged by the beginning of its lines."""
    return {found.decode() for found in IMPORTED.findall(source)}


def time_ratio(
    examiner: Examiner, exercise: Exercise, submission: Submission, seed: int, questions: list[Question]
) -> float | None:
    """CPU seconds for these questions, submission by solution: of each the fastest of several runs, by turns.

    There are `REPEATS` of them, more of what is over soon.
    """
    solution = Submission.solution(exercise)
    spent: dict[bool, list[float]] = {True: [], False: []}
    start = time.monotonic()
    for run in range(MOST_REPEATS):
        if run >= REPEATS and time.monotonic() > start + REPEAT_SECONDS:
            break
        for one in (submission, solution):
            now = examiner.examine(exercise, one.source, seed, files=one.files)
            for question in questions:
                answered(now.submission, question)
            now.leave()
            spent[one is submission].append(now.submission.cpu)
    return ratio(min(spent[True]), min(spent[False]))


def ratio(mine: float, theirs: float) -> float | None:
    return mine / theirs if mine > 0 and theirs > 0 else None


def brief(value: Any) -> str:
    """An answer in at most 60 characters: arrays by their form and mean, small ones by their numbers."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = str(value) if isinstance(value, Exception) else form(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def form(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 4:
            return np.array2string(value, precision=4, separator=", ")
        return f"{value.dtype}{list(value.shape)} mean {float(np.mean(value.astype(float))):.3g}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {form(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(form(v) for v in value[:8]) + (", ..." if len(value) > 8 else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return f"{value:.4g}" if isinstance(value, float) else repr(value)
