"""`grader compare`: your code beside the solution."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.base.errors import GraderError, UsageError
from grader.base.text import plural
from grader.commands import names
from grader.course.course import with_suite
from grader.course.device import own_device
from grader.course.exercise import Exercise
from grader.course.state import work

if TYPE_CHECKING:
    from grader.commands.render import Line
    from grader.course.submission import Submission
    from grader.engine.contrast import Contrast

MARKS = {"equal": "|", "change": "~", "delete": "<", "insert": ">"}  # between the two columns


@click.command(short_help="Your code beside the solution: numbers, picture, after passing the code.")
@click.argument("ex", shell_complete=names.exercises)
@click.option("--submission", "path", type=click.Path(path_type=Path), help="File or folder; default: your stub.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the picture; default: .grader/compare/.")
@click.option("--reveal", is_flag=True, help="Show the solution before all tests pass.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the inputs of an earlier run.")
def command(ex: str, path: Path | None, out: Path | None, reveal: bool, seed: int | None) -> None:
    """Put the same questions to your code and to the solution of EX: what differs, time, memory, picture.

    Where the solution itself draws at random, mean and spread of several runs are compared. The solution's text stands
    beside yours once this very submission passes all tests, or with --reveal.
    """
    from grader.base.atomic import write_bytes
    from grader.commands.check import located
    from grader.commands.render import show
    from grader.course.progress import has_passed
    from grader.course.submission import Submission

    mine = located(ex)
    if mine.released:
        raise UsageError("the solution was not handed out", mine.key, "`grader check` runs the public tests")
    exercise = with_suite(mine)
    submission = Submission.read(path or work(mine), exercise)
    root = mine.folder.parents[1]
    found = warmly(exercise, submission, seed) or apart(exercise, submission, seed)
    show(list(numbers(exercise, found)))
    if found["png"]:
        place = (out or root / ".grader" / "compare") / f"{exercise.key}.png"
        try:
            write_bytes(place, base64.b64decode(found["png"]))
            click.echo(f"picture: {place}")
        except OSError as error:
            reason = f"{place.parent} cannot be written ({error.strerror})"
            click.echo(f"picture: not kept, {reason}; --out names another folder", err=True)
    passed = found["outcome"] == "passed" or has_passed(root, exercise.id, submission.sha256)
    if not passed and not reveal:
        click.echo("the solution is shown when this submission passes all tests (or with --reveal)")
        return
    show(list(code(exercise, submission)))


def warmly(exercise: Exercise, submission: Submission, seed: int | None) -> Contrast | None:
    """The comparison from the warm process; None if none can be had."""
    from grader.server import client

    try:
        asked = (
            exercise.folder,
            submission.source,
            submission.path,
            seed,
            own_device(exercise),
            None,
            (),
            submission.files,
        )
        for event in client.events(*asked, exercise.packages, want="comparison"):
            if event["event"] == "error":
                error = GraderError(event["what"], event["where"], event["next"])
                error.exit_code = event["code"]
                raise error
            if event["event"] == "comparison":
                found: Contrast = event["contrast"]
                return found
    except (client.Busy, OSError):
        return None
    return None


def apart(exercise: Exercise, submission: Submission, seed: int | None) -> Contrast:
    """The comparison by a sandbox of its own."""
    from grader.engine.contrast import contrast
    from grader.engine.examiner import Examiner
    from grader.sandbox import Sandbox

    with Sandbox(own_device(exercise), early=True) as sandbox, Examiner(sandbox) as examiner:
        return contrast(examiner, exercise, submission, seed)


def numbers(exercise: Exercise, found: Contrast) -> Iterator[Line]:
    """Test by test what was asked and how the answers differ; then the three numbers of the whole."""
    from grader.commands.render import STYLES, Line, width

    possible = found["possible"]
    yield Line(f"{exercise.key} {exercise.title}: {found['earned']:g} of {possible:g} {plural(possible, 'point')}")
    for test in found["tests"]:
        passed = test["outcome"] == "passed"
        mark = "✓ " if passed else "✗ "
        for text in textwrap.wrap(mark + test["title"], width(), subsequent_indent="  "):
            yield Line(text, STYLES[test["outcome"]])
        for line in test["lines"]:
            indent = 4 + len(line) - len(line.lstrip())
            for text in textwrap.wrap(
                line.strip(), width(), initial_indent=" " * indent, subsequent_indent=" " * (indent + 2)
            ):
                yield Line(text, "" if not passed else "dim")
    yield Line(f"largest difference: {found['largest']}")
    yield Line(f"time: {found['time']}")
    yield Line(f"peak memory: {found['memory']}")


def code(exercise: Exercise, submission: Submission) -> Iterator[Line]:
    """Yours and the solution side by side, function by function, comments aside; then the solution's own text."""
    from grader.commands.render import Line, width
    from grader.course.submission import Submission
    from grader.engine.alignment import side_by_side
    from grader.engine.explanation import printable

    solution = Submission.solution(exercise).text(exercise)
    column = (width() - 3) // 2
    yield Line("")
    yield Line(f"{'yours':{column}}   solution", "bold")
    for tag, mine, theirs in side_by_side(printable(submission.text(exercise)), solution):
        left, right = (
            textwrap.wrap(one, column, subsequent_indent="      ", drop_whitespace=False) for one in (mine, theirs)
        )
        for at in range(max(len(left), len(right), 1)):
            one, other = (side[at] if at < len(side) else "" for side in (left, right))
            yield Line(f"{one:{column}} {MARKS[tag]} {other}".rstrip(), "" if tag == "equal" else "yellow")
    yield Line("")
    yield Line(f"# the solution, {exercise.file}", "bold")
    yield Line(solution)
