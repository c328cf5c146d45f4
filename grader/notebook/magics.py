"""The magics: a cell is handed in by `%%check`, the rest are the commands of the terminal on the same course."""

import contextlib
import shlex
import subprocess
from functools import wraps
from pathlib import Path
from typing import Any

import click
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from grader.base.errors import GraderError, UsageError
from grader.base.isolation import environment, python
from grader.base.temporary import TemporaryFolder
from grader.base.toml import nearest
from grader.commands.render import Line, Progress, mistake_title, summary
from grader.course.course import Course, carried_course, find_course, with_suite
from grader.course.exercise import Exercise
from grader.course.state import is_untouched
from grader.course.submission import Submission
from grader.course.trust import UntrustedCourse
from grader.disposable.child.check_cell import BadLine, parse, parser
from grader.notebook.cells import handed_in, source_of
from grader.notebook.checking import drawn, graded
from grader.notebook.drawing import Drawer, Figure, given, sliders
from grader.notebook.view import Shown, View


def course() -> tuple[Course, bool]:
    """The course at or above the working folder, and whether it is the learner's; else the installed one."""
    try:
        return find_course(Path.cwd()), True
    except UntrustedCourse:
        raise
    except UsageError:
        return carried_course(), False


def in_words(magic: Any) -> Any:
    """Every failure is its sentence: no traceback reaches a notebook."""

    @wraps(magic)
    def guarded(self: "GraderMagics", *texts: str) -> None:
        try:
            magic(self, *texts)
        except GraderError as error:
            print(error)
        except BadLine as error:
            print(f"{error}\n{parser().format_usage().strip()}")
        except click.ClickException as error:
            print(error.format_message())

    return guarded


@magics_class
class GraderMagics(Magics):
    """One per kernel; `checked` holds what was last handed in for each exercise."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.checked: dict[str, Submission] = {}
        self.drawer = Drawer()

    @cell_magic
    @in_words
    def check(self, words: str, cell: str) -> None:
        """`%%check ex03 [--with CELL] [--test NAME] [--seed N] [--verbose]`: judges this cell, test by test."""
        asked = parse(words)
        found, kept = course()
        mine = found.exercise(asked.exercise)
        history = [str(text) for text in self.shell.history_manager.input_hist_raw]
        submission = handed_in(source_of(cell, asked.cells, history), mine)
        self.checked[mine.id] = submission
        if is_untouched(mine, submission.source, submission.files):
            print(f"{mine.key} {mine.title}: not started; write your code in this cell")
            return
        exercise = with_suite(mine)
        view = View([], "the sandbox starts")
        shown = Shown(view)

        def status(text: str) -> None:
            view.status = text.removeprefix("… ")
            shown.refresh()

        progress = Progress(exercise, status, asked.verbose, view.lines.extend)
        try:
            record = graded(mine, exercise, submission, asked.seed, tuple(asked.tests), progress, kept)
            view.lines += summary(record, exercise, mistake_title(exercise, record))
            if not asked.tests:
                view.picture = drawn(exercise, submission, record.seed) or b""
                view.caption = f"{mine.title}, as you have it"
        except GraderError as error:
            view.lines.append(Line(str(error), "bold red"))
        view.status = ""
        shown.refresh()

    @line_magic
    @in_words
    def hint(self, words: str) -> None:
        """`%hint ex03`: one hint more."""
        self.command("hint", *shlex.split(words))

    @line_magic
    @in_words
    def compare(self, words: str) -> None:
        """`%compare ex03`: the cell that was last checked beside the solution, in numbers and as a picture."""
        mine, rest = self.exercise(words)
        with TemporaryFolder() as folder:
            last = self.last(mine)
            for name, data in ((mine.file, last.source), *last.files):
                (folder / name).write_bytes(data)
            path = folder / mine.file
            self.command("compare", mine.key, "--submission", str(path), "--out", str(folder), *rest)
            for picture in folder.glob("*.png"):
                from IPython.display import Image, display

                display(Image(data=picture.read_bytes()))

    @line_magic
    @in_words
    def define(self, words: str) -> None:
        """`%define ex03`: runs the cell that was last checked in this kernel, so that its names can be tried out."""
        mine, _ = self.exercise(words)
        self.shell.run_cell(self.last(mine).source.decode("utf-8", "surrogatepass"))

    @line_magic
    @in_words
    def quiz(self, words: str) -> None:
        """`%quiz r1`: the questions, one after the other, answered in the notebook's input line."""
        from grader.cli import cli

        with contextlib.suppress(SystemExit):
            cli.main(["quiz", "take", *shlex.split(words)], prog_name="grader", standalone_mode=False)

    @line_magic
    @in_words
    def demo(self, words: str) -> None:
        """`%demo early-stopping [patience=5]`: a demonstration, with sliders where ipywidgets is installed."""
        from IPython.display import display

        from grader.demo.library import find_demos

        demos, (name, *rest) = find_demos(course()[0].root), shlex.split(words) or [""]
        if name not in demos:
            raise UsageError(f"no demonstration {name!r}", next=nearest(name, demos) or f"there are {', '.join(demos)}")
        values = given(demos[name], rest)
        display(sliders(demos[name], self.drawer, values) or Figure(demos[name], self.drawer.draw(demos[name], values)))

    def exercise(self, words: str) -> tuple[Exercise, list[str]]:
        name, *rest = shlex.split(words) or [""]
        if not name:
            raise UsageError("which exercise?", next="name one, as in `%compare ex03`")
        return course()[0].exercise(name), rest

    def last(self, mine: Exercise) -> Submission:
        """What was last checked for an exercise. UsageError if nothing was."""
        if mine.id not in self.checked:
            raise UsageError(
                f"no cell was checked for {mine.key} yet", next=f"run a cell that begins with %%check {mine.key}"
            )
        return self.checked[mine.id]

    def command(self, *words: str) -> None:
        """A command of the terminal, in a process of its own; what it prints is the output."""
        done = subprocess.run(
            python("grader.__main__", *words), env=environment(), cwd=Path.cwd(), capture_output=True, check=False
        )
        print((done.stdout + done.stderr).decode("utf-8", "replace").rstrip())


def register(shell: Any) -> None:
    """Makes the magics known to a kernel."""
    shell.register_magics(GraderMagics(shell))
