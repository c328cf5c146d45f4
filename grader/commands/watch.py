"""`grader watch`: checks whenever you save, and says what that has changed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.base.console import redraws
from grader.base.errors import GraderError, UsageError
from grader.base.text import counted
from grader.commands import names

if TYPE_CHECKING:
    from grader.commands.render import Line
    from grader.course.course import Course
    from grader.course.exercise import Exercise
    from grader.engine.record import Record
    from grader.engine.verdict import Verdict
    from grader.workbook.checking import Report

KEYS = "h hint  c compare  r reset  l list  n next  o open page  q quit"


@click.command(short_help="Check whenever you save.")
@click.argument("ex", required=False, shell_complete=names.exercises)
def command(ex: str | None) -> None:
    """Check exercise EX (else the one in progress) each time you save it, and show first what has changed.

    Keys: h shows a hint, c compares with the solution, r resets (and asks before), l lists, n goes to the next
    exercise, o opens the page in the browser, q quits.
    """
    from grader.commands.check import choose_exercises
    from grader.commands.checking import CheckOptions
    from grader.commands.keys import single_keys
    from grader.course.course import find_course

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("this is no terminal, so nobody could press a key", next="use `grader check`")
    course = find_course(Path.cwd())
    exercise = course.exercise(ex) if ex else choose_exercises((), False, CheckOptions())[0]
    watch = Watch(course, exercise)
    with single_keys():
        try:
            asyncio.run(watch.run())
        except KeyboardInterrupt:
            click.echo()
        finally:
            watch.end()


class Watch:
    """One exercise under watch; what is shown is drawn here."""

    def __init__(self, course: Course, exercise: Exercise) -> None:
        from grader.workbook.checking import Checker

        self.course = course
        self.exercise = exercise
        self.checker = Checker(course, pictures=False)
        self.before: dict[str, Verdict] = {}
        self.confirming = False
        self.page: subprocess.Popen[bytes] | None = None

    async def run(self) -> None:
        """Shows results and obeys keys until q."""
        from grader.commands.keys import hand_on

        loop = asyncio.get_running_loop()
        keys: asyncio.Queue[str] = asyncio.Queue()
        hand_on(lambda key: loop.call_soon_threadsafe(keys.put_nowait, key))
        tasks = [asyncio.create_task(one) for one in (self.checker.work(), self.checker.follow())]
        try:
            await self.attend(keys)
        finally:
            self.checker.cancel.set()
            for task in tasks:
                task.cancel()

    async def attend(self, keys: asyncio.Queue[str]) -> None:
        changes = self.start()
        waiting = {asyncio.create_task(keys.get()): "key", asyncio.create_task(changes.get()): "report"}
        while True:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                kind = waiting.pop(task)
                if kind == "key":
                    name = self.exercise.id
                    if self.obey(task.result()):
                        return
                    if self.exercise.id != name:
                        self.checker.leave(name, changes)
                        for other in waiting:
                            other.cancel()
                        waiting.clear()
                        changes = self.start()
                        waiting[asyncio.create_task(changes.get())] = "report"
                    waiting[asyncio.create_task(keys.get())] = "key"
                else:
                    self.show(task.result())
                    waiting[asyncio.create_task(changes.get())] = "report"

    def start(self) -> asyncio.Queue[str]:
        """Begins with the present exercise."""
        from grader.commands.checking import shown_path

        self.before = {}
        click.echo(f"\nwatching {shown_path(self.exercise.stub)}\n{KEYS}")
        changes = self.checker.listen(self.exercise.id)
        self.checker.look(self.exercise.id, again=True)
        if changes.empty():
            changes.put_nowait("all")  # nothing new since the last visit
        return changes

    def show(self, what: str) -> None:
        """Draws what a report's change amounts to."""
        from grader.commands.checking import status_line
        from grader.commands.render import show

        tty = redraws(sys.stderr)

        report = self.checker.report(self.exercise.id)
        if report.phase == "checking":
            if tty:
                status_line(f"… {counted(len(report.verdicts), 'test')}" if report.verdicts else "… checking")
            return
        if what != "all":
            return
        if tty:
            status_line("")
        if report.phase == "untouched":
            click.echo(f"{self.exercise.key} {self.exercise.title}: not started; save the file and it is checked")
        elif report.phase == "trouble":
            click.echo(f"! {report.problem}")
        elif report.record:
            show(self.result(report, report.record))
            self.before = {one.name: one for one in report.verdicts}

    def result(self, report: Report, record: Record) -> list[Line]:
        """What has changed since the last save, the first failure in full, and the rest in a line."""
        from grader.commands.render import Line, mistake_title, summary, verdict_lines, wrapped

        file = self.exercise.file
        changed = [one for one in report.verdicts if not alike(self.before.get(one.name), one)]
        failed = [one for one in report.verdicts if not one.passed]
        lines = [Line(""), Line(f"saved, {time.strftime('%H:%M:%S')}", "dim")]
        for one in changed if self.before else report.verdicts:
            if one not in failed[:1]:
                lines += verdict_lines(one, file, False)
        if failed:
            lines += verdict_lines(failed[0], file, True)
        as_before = [one for one in failed[1:] if self.before and one not in changed]
        if as_before:
            titles = "; ".join(one.title for one in as_before)
            lines += wrapped(f"not passed either, as before: {titles}", 0, "dim")
        elif self.before and not changed:
            lines.append(Line("nothing has changed", "dim"))
        return lines + summary(record, self.exercise, mistake_title(self.exercise, record)) + [Line(KEYS, "dim")]

    def obey(self, key: str) -> bool:
        """Does what a key asks for; whether that is to end."""
        if self.confirming:
            self.confirming = False
            if key == "y":
                self.reset()
            else:
                click.echo("kept as it is")
            return False
        commands = {"h": ("hint", self.exercise.key), "c": ("compare", self.exercise.key), "l": ("list",)}
        if key in commands:
            subprocess.run([sys.executable, "-m", "grader", *commands[key]], cwd=self.course.root, check=False)
        elif key == "r":
            self.confirming = True
            click.echo(f"Reset {self.exercise.file} to the stub? A copy is kept. y/n")
        elif key == "n":
            self.move_on()
        elif key == "o":
            self.open()
        return key in ("q", "\x04")

    def reset(self) -> None:
        from grader.course.state import reset

        try:
            copy = reset(self.exercise, self.course.root)
        except GraderError as error:
            click.echo(f"! {error}")
            return
        click.echo(f"reset; your file is now {copy}" if copy else "it was the stub already")

    def move_on(self) -> None:
        from grader.course.state import following

        found = following(self.course, self.exercise.id)
        if found is None:
            click.echo("every other exercise is passed")
        else:
            self.exercise = found

    def open(self) -> None:
        """Has `grader open` show the page; it ends with the watch."""
        if self.page is None or self.page.poll() is not None:
            self.page = subprocess.Popen(
                [sys.executable, "-m", "grader", "open"], cwd=self.course.root, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        click.echo("the page opens in your browser")

    def end(self) -> None:
        if self.page is not None and self.page.poll() is None:
            self.page.terminate()


def alike(before: Verdict | None, now: Verdict) -> bool:
    """Whether a verdict says what it said before; the inputs, and so the numbers, differ from run to run."""
    return before is not None and before.outcome == now.outcome and before.cause == now.cause
