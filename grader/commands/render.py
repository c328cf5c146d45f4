"""A record as lines for a terminal: no decisions, only words and marks; colored where a person looks."""

import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import click

from grader.base.console import READABLE, redraws
from grader.base.text import plural
from grader.course.exercise import Exercise
from grader.engine.record import Record
from grader.engine.verdict import OUTCOMES, Verdict

STYLES = {
    "passed": "green", "failed": "bold red", "error": "bold red", "timeout": "bold yellow", "crashed": "bold yellow",
    "suite_error": "bold magenta",
}  # fmt: skip
EFFECTS = {"bold", "dim", "italic"}


@dataclass(frozen=True)
class Line:
    """One line and how it looks where color is shown."""

    text: str
    style: str = ""


def colored() -> bool:
    """Whether stdout is a person's terminal that can show color and is wanted to."""
    return redraws(sys.stdout) and not os.environ.get("NO_COLOR")


def show(lines: list[Line]) -> None:
    """Prints the lines, with their styles on a terminal; what stdout's encoding lacks is spelled."""
    encoding = sys.stdout.encoding or "utf-8"
    color = colored()
    for line in fitted(lines):
        text = line.text.encode(encoding, READABLE).decode(encoding)
        print(styled(text, line.style) if color else text, flush=True)


def styled(text: str, style: str) -> str:
    """The text within the terminal's codes for a style: one color and any of bold, dim, italic."""
    if not (text and style):
        return text
    words = set(style.split())
    color = next(iter(words - EFFECTS), None)
    return click.style(text, fg=color, **dict.fromkeys(words & EFFECTS, True))


def columns() -> int | None:
    """The terminal's columns; None in a pipe."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def width() -> int:
    """Columns to fill: the terminal's, at most 100; 100 in a pipe."""
    return max(40, min(100, columns() or 100))


def fitted(lines: list[Line]) -> list[Line]:
    """Lines that begin at the left edge, broken between words where a terminal would break within one."""
    room = columns()
    return [part for line in lines for part in (folded(line, room) if room and len(line.text) > room else [line])]


def folded(line: Line, room: int) -> list[Line]:
    """Code and what it printed are indented, and stay as they are."""
    if line.text.startswith(" "):
        return [line]
    pad = "  " if room < 80 else "    "
    parts = textwrap.wrap(line.text, max(20, room), subsequent_indent=pad, break_long_words=False)
    return [Line(part, line.style) for part in parts]


def wrapped(text: str, indent: int, style: str = "") -> list[Line]:
    pad = " " * indent
    parts = textwrap.wrap(text, width(), initial_indent=pad, subsequent_indent=pad, break_long_words=False)
    return [Line(part, style) for part in parts]


def verdict_lines(verdict: Verdict, file: str, full: bool, verbose: bool = False) -> list[Line]:
    """One test: its line, and below it what was seen; in `full` with the learner's own lines, the hint and the output.

    `verbose` shows every question that the test asked, not only one that is the cause.
    """
    words = OUTCOMES[verdict.outcome]
    word = f" [{words.word}]" if words.word else ""
    bonus = verdict.earned > verdict.possible
    points = f"(+{verdict.earned:g})" if bonus else f"({verdict.earned:g}/{verdict.possible:g})"
    lines = [Line(f"{words.mark} {verdict.title}{word}  {points}", STYLES[verdict.outcome])]
    if verdict.passed:
        return lines
    lines += [part for line in verdict.message.splitlines() for part in wrapped(line, 4)]
    if not full:
        return lines + ([Line(f"    asked: {verdict.question}", "dim")] if verdict.question else [])
    shown = verdict.asked if verbose else filter(None, [verdict.question])
    lines += [Line(f"    asked: {line}", "dim") for line in shown]
    for line, where, text in verdict.frames:
        place = f"{file}:{line}" + (f" in {where}" if where not in ("", "<module>") else "")
        lines.append(Line(f"    {place}: {text}", "cyan"))
    if verdict.hint:
        lines += wrapped(f"hint: {verdict.hint}", 4, "italic")
    if verdict.output.strip():
        lines.append(Line("    your code printed:", "dim"))
        lines += [Line(f"    | {line}", "dim") for line in verdict.output.splitlines()]
    return lines


class Progress:
    """Shows verdicts as they fall: the first that is not passed in full, of later ones the message, none twice.

    `verbose` shows all in full. `line` gets what is going on, `emit` the lines, which else are printed.
    """

    def __init__(
        self,
        exercise: Exercise,
        line: Callable[[str], None] | None = None,
        verbose: bool = False,
        emit: Callable[[list[Line]], None] = show,
    ) -> None:
        self.emit = emit
        self.verbose = verbose
        self.exercise = exercise
        self.line = line
        self.told = False
        self.messages: set[str] = set()

    def __call__(self, name: str, verdict: Verdict | None) -> None:
        if self.line:
            room = shutil.get_terminal_size().columns - 1  # of a longer one the first part would stay
            self.line("" if verdict else f"… {name.removeprefix('test_').replace('_', ' ')}"[:room])
        if verdict is None:
            return
        lines = verdict_lines(verdict, self.exercise.file, self.verbose or not self.told, self.verbose)
        self.emit(lines[:1] if verdict.message in self.messages and not self.verbose else lines)
        self.messages.add(verdict.message)
        self.told = self.told or not verdict.passed

    def print(self, lines: list[Line]) -> None:
        self.emit(lines)


def mistake_title(exercise: Exercise, record: Record) -> str:
    """The resembled mistake's name as words; of several, all."""
    return (record.resembles or "").replace("_", " ").replace(" + ", " and ")


def one_cause(record: Record) -> list[str]:
    """A sentence if one cause is behind several failures."""
    failures = [v for v in record.verdicts if not v.passed]
    causes = Counter(v.cause for v in failures if v.cause)
    most = causes.most_common(1)
    if not most or most[0][1] < 2:
        return []
    return [f"{most[0][1]} of these {len(failures)} failures have one cause"]


def summary(record: Record, exercise: Exercise, likeness: str = "") -> list[Line]:
    """The lines below the verdicts: points, what it resembles, how to repeat it."""
    ungraded = record.outcome == "ungraded"
    points = f"{record.earned:g} of {record.possible:g} {plural(record.possible, 'point')}"
    if ungraded:
        points = "ungraded: a bug of the course or the grader, no points are lost"
    lines = [Line(""), Line(f"{exercise.key} {exercise.title}: {points}", "bold")]
    gates = [v for v in record.verdicts if v.gate and not v.passed]
    if gates and not ungraded:
        lines += wrapped(f"“{gates[0].title}” is a gate: while it fails, the exercise is worth 0 points", 0)
    lines += [Line(text) for text in one_cause(record)]
    if likeness:
        several = "these known mistakes together would do this" if " and " in likeness else "this looks like"
        lines += wrapped(f"{several}: {likeness}", 0)
        lines += wrapped(record.told, 4) if record.told else []
    if record.note:
        lines += wrapped(record.note, 0)
    forced = (", forced" if record.forced else "") + (", as root" if record.as_root else "")
    where = "runs on CPU by design" if exercise.device == "cpu" else f"device {record.device}"
    lines.append(Line(f"seed {record.seed} · tier {record.tier}{forced} · {where} · {record.seconds:.2f} s", "dim"))
    if record.outcome == "failed":
        lines.append(Line(f"next: `grader hint {exercise.key}`, or repeat these inputs with --seed {record.seed}"))
    elif record.outcome == "passed" and not exercise.released:
        lines.append(Line(f"next: `grader compare {exercise.key}` shows your code beside the solution"))
    if exercise.released:
        lines += wrapped("these are the public tests: your instructor's report runs all of them, and decides", 0)
    return lines
