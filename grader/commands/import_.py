"""`grader import`: an assignment of another system as the skeleton of an exercise."""

from pathlib import Path
from typing import Any

import click

from grader.base.atomic import write_together
from grader.base.text import counted
from grader.commands.new import check_free, check_id
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
    from grader.assignment.skeleton import skeleton

    check_id(ex)
    course = find_course(Path.cwd())
    check_free(course, ex)
    found = skeleton(file, system, ex)
    with made_here(course.root):
        write_together(course.root, found.files)
    for name in found.files:
        click.echo(f"wrote {name}")
    click.echo(f"{counted(found.tests, 'test')} with {counted(found.checks, 'question')}")
    if found.left:
        click.echo(f"{counted(len(found.left), 'part')} did not translate:")
    for line, why in found.left:
        click.echo(f"  {line}{f': {why}' if why else ''}")
    key = ex.partition("_")[0]
    click.echo(f"next: `grader check {key} --submission solutions/{ex}`, then hints, mistakes, `grader verify {key}`")
