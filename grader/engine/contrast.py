"""A comparison in words, test by test: what was asked, what is the same, what differs, what chance makes differ."""

import base64
from collections.abc import Iterator
from typing import Any, TypedDict

import numpy as np

from grader.base.text import plural
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine.answers import SAME
from grader.engine.comparison import Comparison, Row, compared
from grader.engine.difference import difference
from grader.engine.distribution import Statistic
from grader.engine.examiner import Examiner
from grader.engine.explanation import printable
from grader.engine.first_use import first_use
from grader.engine.observe import Question
from grader.engine.outcomes import SubmissionRaised
from grader.engine.paste import called_line, literal
from grader.engine.picture import picture
from grader.engine.plain_call import call
from grader.sandbox.guest.wire import Raised

MOST_SHOWN = 2  # differing questions of one test; the others are counted
SENTENCE = 120  # characters of a scenario's docstring up to its first full stop


class Contrast(TypedDict):
    """A whole comparison as plain data; `largest`, `time`, `memory` in words, `png` in base64 or empty."""

    outcome: str
    earned: float
    possible: float
    tests: list["TestContrast"]
    largest: str
    time: str
    memory: str
    png: str


class TestContrast(TypedDict):
    """One test: its promise, its outcome, and lines about the answers to its questions."""

    title: str
    outcome: str
    lines: list[str]


def contrast(examiner: Examiner, exercise: Exercise, submission: Submission, seed: int | None) -> Contrast:
    """Puts the questions of the suite to a submission and to the solution, and says how the answers differ."""
    comparison = compared(examiner, exercise, submission, seed, timed=True)
    image = picture(examiner, exercise, submission, comparison.record.seed)
    answers = not any(isinstance(row.seen, Exception) for row in comparison.rows)  # else there is less to be timed
    return {
        "outcome": comparison.record.outcome, "earned": comparison.record.earned,
        "possible": comparison.record.possible, "tests": contrasts(comparison), "largest": largest(comparison),
        "time": times(comparison.time_ratio if answers else None),
        "memory": times(comparison.memory_ratio if answers else None),
        "png": base64.b64encode(image).decode() if image else "",
    }  # fmt: skip


def largest(comparison: Comparison) -> str:
    if any(isinstance(row.seen, Exception) for row in comparison.rows):
        return "not comparable"
    if comparison.random:
        return "random by design"
    beside = ", besides what is random by design" if any(row.by_chance for row in comparison.rows) else ""
    return "not comparable" if comparison.max_error is None else f"{comparison.max_error:.3g}{beside}"


def times(ratio: float | None) -> str:
    return "not comparable" if ratio is None else f"{ratio:.3g} times the solution's"


def contrasts(comparison: Comparison) -> list[TestContrast]:
    """The tests of a comparison that asked anything."""
    found: list[TestContrast] = []
    for verdict in comparison.record.verdicts:
        rows = [row for row in comparison.rows if verdict.name in row.tests]
        if rows:
            lines = [printable(line) for line in lines_of(rows)]
            if verdict.message and all(row.same or row.by_chance for row in rows):  # nothing above says what fails
                lines.append(f"the test says: {printable(' '.join(verdict.message.split()))}")
            found.append({"title": printable(verdict.title), "outcome": verdict.outcome, "lines": lines})
    return found


def lines_of(rows: list[Row]) -> Iterator[str]:
    """What differs first, then what is random by design, then how many are the same."""
    same = [row for row in rows if row.same]
    random = [row for row in rows if row.by_chance]
    differing = [row for row in rows if not row.same and not row.by_chance]
    for row in differing[:MOST_SHOWN]:
        yield asked(row.question)
        yield f"  {differs(row)}"
        yield f"  yours: {row.submission}"
        yield f"  solution: {row.reference}"
    if more := len(differing) - MOST_SHOWN:
        if more > 0:
            yield f"{more} more {plural(more, 'question')} {'differs' if more == 1 else 'differ'}"
    for row in random:
        if row.drawn:
            yield asked(row.question)
            yield "  random by design; over several runs:"
            yield from (f"    {words(one)}" for one in row.drawn)
    if others := sum(not row.drawn for row in random):
        which = "other answer" if len(random) > others else "answer"
        yield f"{others} {plural(others, which)} random by design"
    if same:
        yield sameness(same, alone=len(same) == len(rows))


def sameness(same: list[Row], alone: bool) -> str:
    largest = max(row.error or 0.0 for row in same)
    to = f" to within {largest:.1g}" if largest else ""
    count = len(same)
    return f"the same{to}: {'all ' if alone and count > 1 else ''}{count} {plural(count, 'question')}"


def differs(row: Row) -> str:
    """The first difference in words."""
    if isinstance(row.seen, Exception):
        return f"your code gives no answer: {row.seen}"
    if isinstance(row.expected, Exception):
        return f"the solution gives no answer: {row.expected}"
    try:
        text = difference(row.seen, row.expected, SAME, SAME)[1]
    except SubmissionRaised as error:
        return f"your code raised {error.raised!r}"
    return text or "other values"


def words(one: Statistic) -> str:
    verdict = "inside chance" if one.inside else "outside chance"
    return f"{one.name} {one.submission:.4g}, the solution's {one.reference:.4g}: {verdict}"


def asked(question: Question) -> str:
    """A question by what is asked: the first call of the learner's code or what the scenario says it asks, and values.

    The scenario's own name is for its author; it is the last resort.
    """
    args, kwargs = question.cases[0]
    several = len(question.cases) - 1
    more = f", and {several} more {plural(several, 'case')}" if several else ""
    if question.scenario is call:
        return called(*args) + more
    use = first_use(question.scenario, args, kwargs)
    text, values = use.text(small), use.values
    if not text or len(text) > SENTENCE:
        sentence = " ".join((question.scenario.__doc__ or "").partition(">>> ")[0].split())
        sentence = sentence.partition(". ")[0].rstrip(".")
        text = sentence if 0 < len(sentence) <= SENTENCE else question.scenario.__name__.replace("_", " ")
    given = ", ".join(f"{name} {small(value)}" for name, value in values.items())
    return text + (f" with {given}" if given else "") + more


def called(name: str, arguments: list[Any], named: dict[str, Any]) -> str:
    line = called_line(name, arguments, named)
    if line and len(line) <= SENTENCE:
        return line
    parts = [*map(small, arguments), *(f"{key}={small(value)}" for key, value in named.items())]
    return f"{name}({', '.join(parts)})"


def small(value: Any) -> str:
    """A value in a few words: numbers as they are, what is large by its form."""
    if isinstance(value, np.ndarray) and value.size > 4:
        return f"{value.dtype} {tuple(value.shape)}"
    if isinstance(value, Raised):
        return repr(value)
    text = literal(value)
    if len(text) <= 60:
        return text
    if isinstance(value, (list, tuple, dict, str, bytes)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"
