"""`grader hint`: one hint more, or one again."""

from pathlib import Path

import click

from grader.base.errors import UsageError
from grader.commands import names
from grader.course.course import find_course
from grader.course.progress import hints_shown, note_hint


@click.command(short_help="One hint more.")
@click.argument("ex", shell_complete=names.exercises)
@click.option("--level", type=click.IntRange(1), help="Show hints up to this level.")
def command(ex: str, level: int | None) -> None:
    """Show the next hint of exercise EX; hints get more concrete, and what was shown is remembered."""
    course = find_course(Path.cwd())
    exercise = course.exercise(ex)
    if not exercise.hints:
        raise UsageError(f"{exercise.key} has no hints", str(exercise.folder / "exercise.toml"))
    total = len(exercise.hints)
    if level is not None and level > total:
        raise UsageError(
            f"{exercise.key} has {total} hints, there is no level {level}", next=f"use --level 1 to {total}"
        )
    upto = level or min(hints_shown(course.root, exercise.id) + 1, total)
    for number, text in enumerate(exercise.hints[:upto], 1):
        click.echo(f"hint {number} of {total}: {text}")
    note_hint(course.root, exercise, upto, "terminal")
    if upto < total:
        click.echo(f"next: `grader hint {exercise.key}` again for hint {upto + 1}")
