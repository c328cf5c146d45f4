"""A record as text for a terminal: no decisions, only words and marks."""

import os
import sys
import textwrap
from collections.abc import Callable

import click

from grader.course import Exercise
from grader.record import Record
from grader.verdict import Verdict

MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "timeout": "!", "crashed": "!", "suite_error": "!"}
COLORS = {"passed": "green", "failed": "red", "error": "red", "timeout": "yellow", "crashed": "yellow", "suite_error": "magenta"}
WORDS = {"error": "raised", "timeout": "time limit", "crashed": "crashed", "suite_error": "our fault, ungraded"}
Say = Callable[[str], None]


def width() -> int:
    """Columns to fill: the terminal's, at most 100; 100 in a pipe."""
    try:
        return max(40, min(100, os.get_terminal_size(sys.stdout.fileno()).columns))
    except (OSError, ValueError):
        return 100


def number(points: float) -> str:
    return f"{points:g}"


def verdict_lines(verdict: Verdict, file: str, full: bool) -> list[str]:
    """One test: its line, and below it what was seen, the learner's own lines, the hint and the output."""
    mark = click.style(MARKS[verdict.outcome], fg=COLORS[verdict.outcome])
    points = f"{number(verdict.earned)}/{number(verdict.possible)}"
    word = f" [{WORDS[verdict.outcome]}]" if verdict.outcome in WORDS else ""
    lines = [f"{mark} {verdict.title}{word}  ({points})"]
    if verdict.passed:
        return lines
    message = [part for line in verdict.message.splitlines() for part in wrapped(line, 4)]
    if not full:
        return [*lines, *message[:1]]
    lines += message
    for line, where, text in verdict.frames:
        place = f"{file}:{line}" + (f" in {where}" if where not in ("", "<module>") else "")
        lines.append(f"    {place}: {text}")
    if verdict.hint:
        lines += wrapped(f"hint: {verdict.hint}", 4)
    if verdict.output.strip():
        lines.append("    your code printed:")
        lines += [f"    | {line}" for line in verdict.output.splitlines()]
    return lines


def wrapped(text: str, indent: int) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(text, width(), initial_indent=pad, subsequent_indent=pad, break_long_words=False) or [pad]


class Progress:
    """Shows verdicts as they come: the first that is not passed in full, the later ones as one line each."""

    def __init__(self, exercise: Exercise, out: Say, line: Callable[[str], None] | None = None) -> None:
        self.exercise = exercise
        self.out = out
        self.line = line
        self.told = False

    def __call__(self, name: str, verdict: Verdict | None) -> None:
        if self.line:
            self.line("" if verdict else f"… {name}")
        if verdict is None:
            return
        for text in verdict_lines(verdict, self.exercise.file, full=not self.told):
            self.out(text)
        self.told = self.told or not verdict.passed


def summary(record: Record, exercise: Exercise, likeness: str = "") -> list[str]:
    """The lines below the verdicts: points, what it resembles, how to repeat it."""
    ungraded = record.outcome == "ungraded"
    points = f"{number(record.earned)} of {number(record.possible)} points"
    if ungraded:
        points = "ungraded: a bug of the course or the grader, no points are lost"
    lines = ["", f"{exercise.key} {exercise.title}: {points}"]
    gates = [v for v in record.verdicts if v.gate and not v.passed]
    if gates and not ungraded:
        lines += wrapped(f"“{gates[0].title}” is a gate: while it fails, the exercise is worth 0 points", 0)
    if likeness:
        lines += wrapped(f"this looks like a known mistake: {likeness}", 0)
    if record.note:
        lines += wrapped(record.note, 0)
    forced = ", forced" if record.forced else ""
    where = f"{record.device}" + (" by design" if exercise.device == "cpu" else "")
    lines.append(f"seed {record.seed} · tier {record.tier}{forced} · {where} · {record.seconds:.2f} s")
    if record.outcome == "failed":
        lines.append(f"next: `grader hint {exercise.key}`, or repeat these inputs with --seed {record.seed}")
    elif record.outcome == "passed":
        lines.append(f"next: `grader compare {exercise.key}` shows your code beside the solution")
    return lines
