"""How a check is done, for one exercise or several: what it is asked, and the record that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.base.errors import GraderError
from grader.course.device import choose_device
from grader.course.exercise import Exercise
from grader.course.state import is_untouched, work

if TYPE_CHECKING:
    from grader.course.submission import Submission
    from grader.engine.record import Record
    from grader.sandbox.tier import Tier

EXITS = {"passed": 0, "failed": 1, "ungraded": 3}


@dataclass(frozen=True)
class CheckOptions:
    """How to check: the options of the command."""

    path: Path | None = None
    as_json: bool = False
    device: str = "auto"
    seed: int | None = None
    tier: Tier | None = None
    tests: tuple[str, ...] = ()
    verbose: bool = False
    warm: bool = True


def untested(exercise: Exercise) -> bool:
    """Whether nothing can be said here: a released exercise without public tests."""
    return exercise.released and not exercise.suite.is_dir()


def check_submission(mine: Exercise, exercise: Exercise, options: CheckOptions, watch: Any) -> Record | None:
    """The record of a submission, whose result is kept; None for the unchanged stub."""
    from grader.course.progress import note_result
    from grader.course.submission import Submission

    submission = Submission.read(options.path or work(mine), exercise)
    if options.path is None and not options.as_json and is_untouched(mine, submission.source, submission.files):
        return None
    on = choose_device(options.device, exercise)
    asked = (exercise, submission, options.seed, on, options.tier, options.tests, watch)
    record = warmly(*asked) if options.warm else None
    if record is None:
        from grader.engine.grade import grade

        record = grade(
            exercise,
            submission,
            seed=options.seed,
            device=on,
            require_tier=options.tier,
            watch=watch,
            tests=options.tests,
        )
    if options.path is None and not options.tests and record.outcome != "ungraded":
        note_result(mine.folder.parents[1], exercise.id, record.earned, record.possible, record.sha256)
        if record.resembles:
            from datetime import date

            from grader.quiz.take.schedule import note_missed

            note_missed(mine.folder.parents[1], [f"{exercise.key}/{record.resembles}"], date.today())
    return record


def shown_path(path: Path) -> str:
    """The path from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


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
