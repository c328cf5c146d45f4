"""`grader check`: judge one submission, test by test."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from grader.base.console import redraws
from grader.base.errors import GraderError, UsageError
from grader.commands import names
from grader.commands.check_table import check_table
from grader.commands.checking import EXITS, CheckOptions, check_submission, shown_path, status_line, untested
from grader.course.course import Course, find_course, with_suite
from grader.course.device import NAMES
from grader.course.exercise import Exercise
from grader.course.state import current, work


def located(name: str) -> Exercise:
    """The exercise that EX names: a folder, or an id in the course at or above the working folder."""
    if os.path.isdir(name):
        folder = Path(name).resolve()
        if folder.parent.name == "exercises":
            return find_course(folder).exercise(folder.name)
    if os.path.exists(Path(name) / "exercise.toml"):
        return Course(Path(name).resolve().parent, {}).exercise(name)
    return find_course(Path.cwd()).exercise(name)


@click.command(short_help="Judge your code, test by test.")
@click.argument("ex", nargs=-1, shell_complete=names.exercises)
@click.option("--all", "everything", is_flag=True, help="Every exercise of the course, as a table.")
@click.option("--submission", "path", type=click.Path(path_type=Path), help="File or folder; default: your stub.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")
@click.option("--device", type=click.Choice(NAMES), default="auto", show_default=True, help="Where to compute.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the inputs of an earlier run.")
@click.option("--require-tier", "tier", type=click.Choice(["A", "B", "C", "D"]), help="Refuse a weaker sandbox.")
@click.option(
    "--test",
    "tests",
    multiple=True,
    metavar="NAME",
    shell_complete=names.tests,
    help="Only this test; may be repeated.",
)
@click.option("--verbose", is_flag=True, help="Every failure in full, with all the questions that were asked.")
@click.option("--keep-warm/--no-keep-warm", "warm", default=True, help="Leave a warm process for the next check.")
def command(ex: tuple[str, ...], everything: bool, as_json: bool, **given: Any) -> None:
    """Judge the code for exercise EX (`ex03`, `ex03_cutmix` or its folder).

    Without EX: the exercise in progress. Several at once give a table, one line each.

    Exit code 0: all tests passed, 1: not all, 2: wrong usage or a missing path, 3: a bug of the grader or the course.
    """
    options = CheckOptions(as_json=as_json, **given)
    try:
        sys.exit(check(choose_exercises(ex, everything, options), options))
    except GraderError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"format": 1, "error": error.as_dict()}))
        sys.exit(error.exit_code)


def choose_exercises(names: tuple[str, ...], everything: bool, options: CheckOptions) -> list[Exercise]:
    """The exercises to check. UsageError where the options do not go together."""
    if names and everything:
        raise UsageError("name exercises or --all, not both")
    if everything:
        found = list(find_course(Path.cwd()).exercises.values())
    elif names:
        found = [located(name) for name in names]
    else:
        one = current(find_course(Path.cwd()))
        if one is None:
            raise UsageError("every exercise is passed", next="name one to check it again: `grader check ex01`")
        found = [one]
    if (len(found) > 1 or everything) and (options.path is not None or options.tests):
        raise UsageError("--submission and --test are for one exercise", next="name a single exercise")
    return found


def check(exercises: list[Exercise], options: CheckOptions) -> int:
    """Checks one exercise in full, several as a table; the exit code."""
    if len(exercises) > 1:
        return check_table(exercises, options)
    from grader.commands.render import Progress, mistake_title, summary

    (mine,) = exercises
    if untested(mine):
        show_untested(mine, options)
        return 0
    tty = redraws(sys.stderr) and not options.as_json
    exercise = with_suite(mine)
    progress = Progress(exercise, status_line if tty else None, options.verbose)
    record = check_submission(mine, exercise, options, None if options.as_json else progress)
    if record is None:
        click.echo(f"{mine.key} {mine.title}: not started; write your code in {shown_path(work(mine))}")
        return 1
    if options.as_json:
        click.echo(json.dumps(record.as_dict() | ({"public": True} if exercise.released else {})))
    else:
        progress.print(summary(record, exercise, mistake_title(exercise, record)))
    return EXITS[record.outcome]


def show_untested(exercise: Exercise, options: CheckOptions) -> None:
    """The sentence in the place of verdicts."""
    if options.as_json:
        click.echo(json.dumps({"format": 1, "exercise": exercise.id, "outcome": "not tested", "public": True}))
    else:
        click.echo(f"{exercise.key} {exercise.title}: no public tests; your instructor's report decides")
