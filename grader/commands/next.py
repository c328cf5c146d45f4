"""`grader next`: the exercise to go on with."""

from pathlib import Path

import click


@click.command(short_help="The exercise to go on with.")
def command() -> None:
    """Name the exercise to go on with: the one in progress that you saved last, else the first that is not passed."""
    from grader.commands.checking import shown_path
    from grader.course.course import find_course
    from grader.course.state import current, states

    course = find_course(Path.cwd())
    exercise = current(course)
    if exercise is None:
        click.echo("every exercise is passed")
        return
    detail = f"{exercise.minutes} min, {states(course)[exercise.id]}"
    click.echo(f"{exercise.key} {exercise.title} ({detail})")
    click.echo(f"read {shown_path(exercise.folder / 'README.md')}")
    click.echo(f"edit {shown_path(exercise.stub)}, then `grader check {exercise.key}` or `grader watch {exercise.key}`")
