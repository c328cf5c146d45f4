"""`grader mcp`: the course for an assistant program, which cannot give the answer away."""

import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from grader.base.errors import UsageError


@click.command(short_help="Your course for an assistant that cannot give the answer away.")
@click.option("--course", "folder", type=click.Path(path_type=Path), help="Your workspace; default: this folder.")
def command(folder: Path | None) -> None:
    """Serve the Model Context Protocol on stdin and stdout, for an assistant program that starts this command.

    It can list the exercises and your progress, check one, explain a failure, give the next hint after a new attempt,
    and read your own file. It gets nothing of suites, solutions and keys. Ctrl-C ends it.
    """
    from grader.assistant.tutor import OFF, Tutor, allowed
    from grader.course.course import find_course

    if folder is not None and not folder.is_dir():
        raise UsageError("there is no such folder", str(folder), "name your workspace")
    course = find_course(folder or Path.cwd(), named=folder is not None)
    if not allowed(course):
        raise UsageError(OFF, next="ask your instructor, or work with `grader check` and `grader hint`")
    if find_spec("mcp") is None:
        raise UsageError("the assistant's package is missing", next="install it: pip install 'gradeloop[assistant]'")
    from grader.assistant.service import serve

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a thread waits for stdin, and what is kept is written in one step
    if sys.stdin.isatty():
        click.echo("an assistant program starts this command and talks to it; Ctrl-C ends it", err=True)
    serve(Tutor(course.root))
