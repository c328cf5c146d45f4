"""`grader check ex01 ex03`, `--all`: several exercises, one line each."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from grader.base.console import redraws
from grader.commands.checking import EXITS, CheckOptions, check_submission, status_line, untested
from grader.course.course import with_suite
from grader.course.exercise import Exercise

if TYPE_CHECKING:
    from grader.engine.record import Record


def check_table(exercises: list[Exercise], options: CheckOptions) -> int:
    """Checks one after the other; the exit code of the worst."""
    from grader.commands.render import Line, show

    worst, passed, records = 0, 0, []
    bare = [exercise for exercise in exercises if untested(exercise)]
    tty = redraws(sys.stderr) and not options.as_json
    for exercise in exercises:
        if exercise in bare:
            if not options.as_json:
                show([Line(f"– {exercise.key}  {exercise.title}: no public tests", "dim")])
            continue
        if tty:
            status_line(f"… {exercise.key}")
        record = check_submission(exercise, with_suite(exercise), options, None)
        if tty:
            status_line("")
        worst = max(worst, EXITS[record.outcome] if record else 1)
        passed += record is not None and record.outcome == "passed"
        if options.as_json and record:
            records.append(record.as_dict())
        elif not options.as_json:
            show([Line(text, style) for text, style in rows(exercise, record)])
    if options.as_json:
        click.echo(json.dumps({"format": 1, "records": records}))
    else:
        click.echo(f"\n{passed} of {len(exercises) - len(bare)} passed")
        if any(exercise.released for exercise in exercises):
            click.echo("these are public tests: your instructor's report decides")
    return worst


def rows(exercise: Exercise, record: Record | None) -> list[tuple[str, str]]:
    """An exercise's line, and below it the first test that is not passed."""
    name = f"{exercise.key}  {exercise.title}"
    if record is None:
        return [(f"○ {name}: not started", "dim")]
    if record.outcome == "ungraded":
        return [(f"! {name}: ungraded, a bug of the course or the grader", "bold magenta")]
    points = f"{record.earned:g}/{record.possible:g}"
    if record.outcome == "passed":
        return [(f"✓ {name}  {points}", "green")]
    first = next(verdict for verdict in record.verdicts if not verdict.passed)
    return [(f"✗ {name}  {points}", "bold red"), (f"        {first.title}", "")]
