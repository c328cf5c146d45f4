"""The `grader` command: parses, calls one function, prints; turns a GraderError into words and an exit code."""

import errno
import importlib
import io
import os
import signal
import sys
from typing import NoReturn

import click

from grader.errors import GraderError
from grader.isolation import isolate

COMMANDS = {
    "list": ("grader.commands.list", "The exercises, their order and your progress."),
    "init": ("grader.commands.init", "Lay out exercises and quizzes in a folder."),
    "check": ("grader.commands.check", "Judge your code, test by test."),
    "hint": ("grader.commands.hint", "One hint more."),
    "compare": ("grader.commands.compare", "Your code beside the solution: numbers, picture, after passing the code."),
    "quiz": ("grader.quiz.commands", "Take, check, score and export quizzes."),
    "report": ("grader.commands.report", "Grade a class: grades, feedback, a page to look at."),
    "new": ("grader.commands.new", "Scaffold an exercise to fill in."),
    "verify": ("grader.commands.verify", "Prove that a suite passes the right code and catches the wrong."),
    "doctor": ("grader.commands.doctor", "What this machine can do, and what would improve it."),
    "stop": ("grader.commands.stop", "End the warm background process."),
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used, so that `grader --help` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

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
    for stream in (sys.stdout, sys.stderr):  # whatever a terminal cannot show becomes a question mark
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=True)
    except GraderError as error:
        click.echo(f"grader: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        leave(1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        click.echo(f"grader: cannot write: {error.strerror}", err=True)
        leave(3)


def leave(code: int) -> NoReturn:
    """Ends without another try to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)
