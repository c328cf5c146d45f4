"""`grader check`: judge one submission, test by test."""

import json
import sys
from pathlib import Path

import click

from grader.course import Course, Exercise, find_course, judged
from grader.device import NAMES
from grader.errors import GraderError


def located(name: str) -> Exercise:
    """The exercise that EX names: a folder, or an id in the course at or above the working folder."""
    if (Path(name) / "exercise.toml").exists():
        return Course(Path(name), {}).exercise(name)
    return find_course(Path.cwd()).exercise(name)


@click.command(short_help="Judge your code, test by test.")
@click.argument("ex")
@click.option("--submission", "path", type=click.Path(path_type=Path), help="File or folder; default: your stub.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")
@click.option("--device", type=click.Choice(NAMES), default="auto", show_default=True, help="Where to compute.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the inputs of an earlier run.")
@click.option("--require-tier", type=click.Choice(["A", "B", "C", "D"]), help="Refuse a weaker sandbox.")
def command(ex: str, path: Path | None, as_json: bool, device: str, seed: int | None, require_tier: str | None) -> None:
    """Judge the code for exercise EX (`ex03`, `ex03_cutmix` or its folder).

    Exit code 0: all tests passed, 1: not all, 2: wrong usage or a missing path, 3: a bug of the grader or the course.
    """
    try:
        sys.exit(check(ex, path, as_json, device, seed, require_tier))
    except GraderError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"format": 1, "error": error.as_dict()}))
        sys.exit(error.exit_code)


def check(ex: str, path: Path | None, as_json: bool, device: str, seed: int | None, require_tier: str | None) -> int:
    from grader.grade import grade
    from grader.render import Progress, summary
    from grader.submission import Submission

    exercise = judged(located(ex))
    submission = Submission.read(path or located(ex).stub, exercise)
    tty = sys.stderr.isatty() and not as_json
    progress = Progress(exercise, click.echo, line=status_line if tty else None)
    record = grade(
        exercise, submission, seed=seed, device=device, require_tier=require_tier, watch=None if as_json else progress
    )
    if as_json:
        click.echo(json.dumps(record.as_dict()))
    else:
        for line in summary(record, exercise):
            click.echo(line)
    return {"passed": 0, "failed": 1, "ungraded": 3}[record.outcome]


def status_line(text: str) -> None:
    """One line on stderr that the next one overwrites."""
    click.echo(f"\r\x1b[2K{text}", nl=False, err=True)
