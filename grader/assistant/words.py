"""Verdicts in the words of `grader check`, without what leads to a solution: hints, likeness to a known mistake."""

from collections.abc import Iterator

from grader.base.text import plural, visible
from grader.course.exercise import Exercise
from grader.engine.record import Record
from grader.engine.verdict import OUTCOMES, Verdict

PRINTED = 20  # last lines of the learner's own output
FAULT = "could not be graded: a fault of the course or of the grader, no points are lost; the instructor should know"


def row(exercise: Exercise, state: str, points: tuple[float, float] | None) -> str:
    """One exercise in a line."""
    best = f", best {points[0]:g} of {points[1]:g} points" if points else ""
    return f"{exercise.key} ({exercise.id}): {exercise.title}; {exercise.minutes} min; {state}{best}"


def verdicts(exercise: Exercise, record: Record) -> Iterator[str]:
    """The points, then one line for each test."""
    if record.outcome == "ungraded":
        yield f"{exercise.key} {FAULT}"
        return
    points = f"{record.earned:g} of {record.possible:g} {plural(record.possible, 'point')}"
    yield f"{exercise.key} {exercise.title}: {points}, {record.outcome}"
    for verdict in record.verdicts:
        word = OUTCOMES[verdict.outcome].word
        how = "passed" if verdict.passed else word or "not passed"
        yield f"- {verdict.title} ({how}, {verdict.earned:g} of {verdict.possible:g})"
    if exercise.released:
        yield "these are the public tests: the instructor's report runs all of them, and decides"


def head(exercise: Exercise, verdict: Verdict) -> str:
    """Which test, and how it ended."""
    return f"{exercise.key}, test “{verdict.title}”: {OUTCOMES[verdict.outcome].word or 'not passed'}"


def seen(verdict: Verdict) -> Iterator[str]:
    """What a test saw: the message with its numbers, and the question."""
    yield from visible(verdict.message).splitlines()
    if verdict.question:
        yield f"asked: {visible(verdict.question)}"


def own_lines(exercise: Exercise, verdict: Verdict, source: str) -> Iterator[str]:
    """The learner's lines on the way to an exception, as they stand in the file, whatever the process said of them."""
    own = source.splitlines()
    for number, where, _ in verdict.frames:
        if 1 <= number <= len(own):
            place = f" in {where}" if where.isidentifier() else ""
            yield f"{exercise.file}:{number}{place}: {visible(own[number - 1].strip())}"


def printed(verdict: Verdict) -> Iterator[str]:
    """The last lines of what the code printed."""
    if found := visible(verdict.output).strip().splitlines():
        yield "the code printed:"
        yield from found[-PRINTED:]
