"""`grader compare`: your code beside the solution."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.base.errors import UsageError
from grader.base.text import plural
from grader.commands import names
from grader.course.course import with_suite
from grader.course.exercise import Exercise

if TYPE_CHECKING:
    from grader.course.submission import Submission


@click.command(short_help="Your code beside the solution: numbers, picture, after passing the code.")
@click.argument("ex", shell_complete=names.exercises)
@click.option("--submission", "path", type=click.Path(path_type=Path), help="File or folder; default: your stub.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the picture; default: .grader/compare/.")
@click.option("--reveal", is_flag=True, help="Show the solution before all tests pass.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the inputs of an earlier run.")
def command(ex: str, path: Path | None, out: Path | None, reveal: bool, seed: int | None) -> None:
    """Put the same questions to your code and to the solution of EX: largest difference, time, memory, picture.

    The solution's text appears once this very submission passes all tests, or with --reveal.
    """
    from grader.base.atomic import write_bytes
    from grader.commands.check import located
    from grader.course.progress import has_passed
    from grader.course.submission import Submission
    from grader.engine.comparison import compared, picture
    from grader.engine.examiner import Examiner
    from grader.engine.explanation import printable
    from grader.sandbox import Sandbox

    mine = located(ex)
    if mine.released:
        raise UsageError("the solution was not handed out", mine.key, "`grader check` runs the public tests")
    exercise = with_suite(mine)
    submission = Submission.read(path or mine.stub, exercise)
    root = mine.folder.parents[1]
    with Sandbox(early=True) as sandbox, Examiner(sandbox) as examiner:
        comparison = compared(examiner, exercise, submission, seed, timed=True)
        image = picture(examiner, exercise, submission, comparison.record.seed)
    earned, possible = comparison.record.earned, comparison.record.possible
    click.echo(f"{exercise.key} {exercise.title}: {earned:g} of {possible:g} {plural(possible, 'point')}")
    click.echo(f"{'question':28} {'largest difference':>18}  yours | solution")
    for row in comparison.rows:
        error = "other form" if row.error is None else f"{row.error:.3g}"
        error = "random by design" if row.random and row.error != 0 else error
        click.echo(f"{row.question[:28]:28} {error:>18}  {printable(row.submission)} | {printable(row.reference)}")
    largest = "not comparable" if comparison.max_error is None else f"{comparison.max_error:.3g}"
    click.echo(f"largest difference: {'random by design' if comparison.random else largest}")
    for name, value, unit in (
        ("time", comparison.time_ratio, " times the solution's"),
        ("peak memory", comparison.memory_ratio, " times the solution's"),
    ):
        click.echo(f"{name}: " + ("not comparable" if value is None else f"{value:.3g}{unit}"))
    if image is not None:
        place = (out or root / ".grader" / "compare") / f"{exercise.key}.png"
        try:
            write_bytes(place, image)
            click.echo(f"picture: {place}")
        except OSError as error:
            reason = f"{place.parent} cannot be written ({error.strerror})"
            click.echo(f"picture: not kept, {reason}; --out names another folder", err=True)
    passed = comparison.record.outcome == "passed" or has_passed(root, exercise.id, submission.sha256)
    if not passed and not reveal:
        click.echo("the solution is shown when this submission passes all tests (or with --reveal)")
        return
    show_solution(exercise, submission)


def show_solution(exercise: Exercise, submission: Submission) -> None:
    """The difference line by line, then the solution's own text."""
    from grader.course.submission import Submission
    from grader.engine.explanation import printable

    solution = Submission.solution(exercise).text(exercise)
    yours = printable(submission.text(exercise))
    lines = difflib.unified_diff(yours.splitlines(), solution.splitlines(), "yours", "solution", lineterm="")
    click.echo("\n".join(["", *lines]))
    click.echo(f"\n# the solution, {exercise.file}\n{solution}")
