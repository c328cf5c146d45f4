"""The `grader` command: parses, calls one function, prints; turns a GraderError into words and an exit code."""

import errno
import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from grader.base.console import make_readable
from grader.base.errors import GraderError
from grader.base.isolation import isolate

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "list": ("grader.commands.list", "The exercises, their order and your progress."),
    "init": ("grader.commands.init", "Lay out exercises and quizzes in a folder."),
    "open": ("grader.commands.open", "The course in your browser, checked whenever you save."),
    "check": ("grader.commands.check", "Judge your code, test by test."),
    "watch": ("grader.commands.watch", "Check whenever you save."),
    "next": ("grader.commands.next", "The exercise to go on with."),
    "hint": ("grader.commands.hint", "One hint more."),
    "compare": ("grader.commands.compare", "Your code beside the solution: numbers, picture, after passing the code."),
    "review": ("grader.commands.review", "A few minutes a day of what you missed."),
    "quiz": ("grader.commands.quiz", "Take, check, score and export quizzes."),
    "mcp": ("grader.commands.mcp", "Your course for an assistant that cannot give the answer away."),
    "report": ("grader.commands.report", "Grade a class: grades, feedback, a page to look at."),
    "release": ("grader.commands.release", "Hand out exercises and quizzes without suites, solutions and keys."),
    "build": ("grader.commands.build", "A course as a wheel for learners, and a zip for instructors."),
    "autograder": ("grader.commands.autograder", "A zip that grades on Gradescope."),
    "trust": ("grader.commands.trust", "Let a course that you got run its tests here."),
    "new": ("grader.commands.new", "Scaffold an exercise to fill in."),
    "import": ("grader.commands.import_", "An assignment of otter or nbgrader as the skeleton of an exercise."),
    "verify": ("grader.commands.verify", "Prove that a suite passes the right code and catches the wrong."),
    "doctor": ("grader.commands.doctor", "What this machine can do, and what would improve it."),
    "completion": ("grader.commands.completion", "Let the Tab key finish commands and names."),
    "stop": ("grader.commands.stop", "End the warm background process."),
}


FULL = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used, so that `grader --help` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=short) for name, (_, short) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradeloop")
def cli() -> None:
    """Auto-graded exercises and quizzes for the PyTorch training loop and regularization."""


def main() -> None:
    isolate()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # tidies up on the way out
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))
    for stream in (sys.stdout, sys.stderr):
        make_readable(stream)
    try:
        try:
            cli.main(standalone_mode=True)
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()  # here, where a failure can still be told
    except GraderError as error:
        leave(error.exit_code, str(error))
    except BrokenPipeError:
        leave(1)
    except RuntimeError as error:
        if not {"start", "thread"} <= set(str(error).split()):
            raise
        leave(3, f"{error}: this machine or container allows this user no more threads; nothing was graded")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else "cannot write: " if error.errno in FULL else ""
        leave(3, f"{where}{error.strerror or error}{elsewhere(error)}")


def elsewhere(error: OSError) -> str:
    """Which other folder to name, where there is no room for temporary files."""
    import tempfile

    name = "TEMP" if sys.platform == "win32" else "TMPDIR"
    if error.errno in FULL and str(error.filename or "").startswith(tempfile.gettempdir()):
        return f"\nmake room there, or let {name} name another folder: the grader needs some MB for its own files"
    if error.errno == errno.ENOENT and "temporary directory" in str(error.strerror):
        return f"\nlet {name} name a folder that can be written to"
    return ""


def leave(code: int, words: str = "") -> NoReturn:
    """Ends without another try to write what could not be written."""
    for stream, number, text in ((sys.stdout, 1, ""), (sys.stderr, 2, f"grader: {words}" if words else "")):
        try:
            click.echo(text, file=stream, nl=bool(text))
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    sys.exit(code)
