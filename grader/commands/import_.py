"""`grader import`: an assignment of another system as the skeleton of an exercise."""

import re
from pathlib import Path
from typing import Any

import click

from grader.base.errors import UsageError
from grader.base.text import counted
from grader.course.course import find_course
from grader.course.trust import made_here


@click.command(name="import", short_help="An assignment of otter or nbgrader as the skeleton of an exercise.")
@click.argument("system", type=click.Choice(["otter", "nbgrader"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("ex")
def command(system: Any, file: Path, ex: str) -> None:
    """Make exercise EX (such as `ex46_label_noise`) of the instructor's notebook FILE.

    Texts become the README, marked code solution and stub, tests scenarios where they compare one value of the
    learner's code with another. What does not translate is listed, nothing of the notebook is run.
    """
    from grader.assignment.skeleton import skeleton, write_skeleton

    if not re.fullmatch(r"ex\d{2,3}_[a-z][a-z0-9_]*", ex):
        raise UsageError(f"{ex!r} is no exercise id", next="use a number and a slug, such as ex46_label_noise")
    course = find_course(Path.cwd())
    taken = [name for name in course.folders if name.partition("_")[0] == ex.partition("_")[0]]
    if taken:
        raise UsageError(f"{taken[0]} has this number already", str(course.folders[taken[0]]), "take a free number")
    found = skeleton(file, system, ex)
    with made_here(course.root):
        write_skeleton(course, found)
    for name in found.files:
        click.echo(f"wrote {name}")
    click.echo(f"{counted(found.tests, 'test')} with {counted(found.checks, 'question')}")
    if found.left:
        click.echo(f"{counted(len(found.left), 'part')} did not translate:")
    for line, why in found.left:
        click.echo(f"  {line}{f': {why}' if why else ''}")
    key = ex.partition("_")[0]
    click.echo(f"next: `grader check {key} --submission solutions/{ex}`, then hints, mistakes, `grader verify {key}`")
