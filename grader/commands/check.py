"""`grader check`: judge one submission, test by test."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.base.errors import GraderError
from grader.course.course import Course, find_course, with_suite
from grader.course.device import NAMES, choose_device
from grader.course.exercise import Exercise

if TYPE_CHECKING:
    from grader.course.submission import Submission
    from grader.engine.record import Record
    from grader.sandbox.tier import Tier


def located(name: str) -> Exercise:
    """The exercise that EX names: a folder, or an id in the course at or above the working folder."""
    if os.path.exists(Path(name) / "exercise.toml"):
        return Course(Path(name), {}).exercise(name)
    if os.path.isdir(name):  # in a workspace it holds README and stub only
        folder = Path(name).resolve()
        if folder.parent.name == "exercises":
            return find_course(folder).exercise(folder.name)
    return find_course(Path.cwd()).exercise(name)


@click.command(short_help="Judge your code, test by test.")
@click.argument("ex")
@click.option("--submission", "path", type=click.Path(path_type=Path), help="File or folder; default: your stub.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")
@click.option("--device", type=click.Choice(NAMES), default="auto", show_default=True, help="Where to compute.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the inputs of an earlier run.")
@click.option("--require-tier", type=click.Choice(["A", "B", "C", "D"]), help="Refuse a weaker sandbox.")
@click.option("--test", "tests", multiple=True, metavar="NAME", help="Only this test; may be repeated.")
@click.option("--verbose", is_flag=True, help="Every failure in full, with all the questions that were asked.")
@click.option("--keep-warm/--no-keep-warm", "warm", default=True, help="Leave a warm process for the next check.")
def command(
    ex: str,
    path: Path | None,
    as_json: bool,
    device: str,
    seed: int | None,
    require_tier: Tier | None,
    tests: tuple[str, ...],
    verbose: bool,
    warm: bool,
) -> None:
    """Judge the code for exercise EX (`ex03`, `ex03_cutmix` or its folder).

    Exit code 0: all tests passed, 1: not all, 2: wrong usage or a missing path, 3: a bug of the grader or the course.
    """
    try:
        sys.exit(check(ex, path, as_json, device, seed, require_tier, tests, verbose, warm))
    except GraderError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"format": 1, "error": error.as_dict()}))
        sys.exit(error.exit_code)


def check(
    ex: str,
    path: Path | None,
    as_json: bool,
    device: str,
    seed: int | None,
    require_tier: Tier | None,
    tests: tuple[str, ...],
    verbose: bool,
    warm: bool,
) -> int:
    from grader.commands.render import Progress, mistake_title, summary
    from grader.course.progress import note_result
    from grader.course.submission import Submission

    mine = located(ex)
    exercise = with_suite(mine)
    submission = Submission.read(path or mine.stub, exercise)
    tty = sys.stderr.isatty() and not as_json
    progress = Progress(exercise, status_line if tty else None, verbose)
    watch = None if as_json else progress
    on = choose_device(device, exercise)
    record = warmly(exercise, submission, seed, on, require_tier, tests, watch) if warm else None
    if record is None:
        from grader.engine.grade import grade

        record = grade(exercise, submission, seed=seed, device=on, require_tier=require_tier, watch=watch, tests=tests)
    if path is None and not tests and record.outcome != "ungraded":
        note_result(mine.folder.parents[1], exercise.id, record.earned, record.possible, record.sha256)
        if record.resembles:
            note_mistake(mine.folder.parents[1], f"{exercise.key}/{record.resembles}")
    if as_json:
        click.echo(json.dumps(record.as_dict()))
    else:
        progress.print(summary(record, exercise, mistake_title(exercise, record)))
    return {"passed": 0, "failed": 1, "ungraded": 3}[record.outcome]


def note_mistake(root: Path, name: str) -> None:
    """Keeps a known mistake for `grader review`, which knows the questions about it."""
    from datetime import date

    from grader.quiz.take.schedule import Memory

    memory = Memory.read(root)
    memory.missed([name], date.today())
    memory.save(root)


def warmly(
    exercise: Exercise,
    submission: Submission,
    seed: int | None,
    device: str,
    tier: Tier | None,
    tests: tuple[str, ...],
    watch: Any,
) -> Record | None:
    """The record from the warm server; None if none can be had, so that the check goes on without."""
    from grader.engine.record import from_dict
    from grader.engine.verdict import Verdict
    from grader.server import client

    try:
        asked = (
            exercise.folder,
            submission.source,
            submission.path,
            seed,
            device,
            tier,
            tests,
            submission.files,
            exercise.packages,
        )
        for event in client.events(*asked):
            if event["event"] == "test" and watch:
                watch(event["name"], Verdict.from_dict(event["verdict"]) if event["verdict"] else None)
            if event["event"] == "error":
                error = GraderError(event["what"], event["where"], event["next"])
                error.exit_code = event["code"]
                raise error
            if event["event"] == "record":
                return from_dict(event["record"])
    except (client.Busy, OSError):
        return None
    return None


def status_line(text: str) -> None:
    """One line on stderr that the next one overwrites."""
    click.echo(f"\r\x1b[2K{text}", nl=False, err=True)
