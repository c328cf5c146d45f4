"""`grader report`: a whole class, from what the LMS gave to grades, feedback and a page to look at."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.base.console import redraws
from grader.base.errors import UsageError
from grader.course.device import NAMES
from grader.report.handback import FORMATS

SHOWN = 10
"""So many changed grades are told one by one."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.course import Course
    from grader.report.options import Options
    from grader.report.run import Outcome


@click.command(short_help="Grade a class: grades, feedback, a page to look at.")
@click.argument("submissions", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the report; it is replaced as a whole. [required]"
)
@click.option("--list", "listing", is_flag=True, help="Only show what belongs to the term in --out.")
@click.option("--history", is_flag=True, help="Only show what changed from run to run; of --student alone.")
@click.option("--forget", multiple=True, metavar="NAME", help="Take a download, unit or student out; see --list.")
@click.option(
    "--adjust", type=click.Path(path_type=Path), help="Decisions of yours (TOML).  [default: OUT/adjust.toml]"
)
@click.option("--check-adjust", is_flag=True, help="Only look for slips in the file of adjustments.")
@click.option("--dry-run", is_flag=True, help="Only show whose which file is, and why; --out is not needed.")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="With --dry-run: the same as a CSV file.")
@click.option(
    "--map", "maps", multiple=True, metavar="NAME=UNIT", help="Files called so are for that unit; globs; repeatable."
)
@click.option("--members", type=click.Path(path_type=Path), help="Who is in which group (CSV: group, student).")
@click.option(
    "--times", multiple=True, type=click.Path(path_type=Path), help="When: Canvas's API as JSON, or CSV; repeatable."
)
@click.option("--pushed", type=click.Path(path_type=Path), help="When git repositories were pushed (CSV).")
@click.option("--trust-file-times", is_flag=True, help="Believe the times of files and zip entries.")
@click.option("--downloads", is_flag=True, help="Every zip is an LMS's download of a class, however it is called.")
@click.option(
    "--roster",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Class list (CSV): says who is missing; repeatable.",
)
@click.option("--late", type=click.Path(path_type=Path), help="Late policy (TOML): deadline, grace, percent per day.")
@click.option("--no-late", is_flag=True, help="Lateness costs nothing any more.")
@click.option(
    "--attempts", type=click.Choice(["latest", "best"]), help="Which of several attempts counts.  [default: latest]"
)
@click.option("--missing-zero/--no-missing-zero", default=None, help="Count missing work as 0 points, or as nothing.")
@click.option("--only", multiple=True, metavar="UNIT", help="Grade on this exercise or quiz only; may be repeated.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(list(FORMATS)), help="Grades for an LMS; may be repeated."
)
@click.option("--show-key", is_flag=True, help="Feedback of graded quizzes tells what was right, and why.")
@click.option("--student", metavar="ID", help="Take in this student only, into the report that is there.")
@click.option("--similarity", is_flag=True, help="Show pairs that are more alike than this class's others.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Grading processes.  [default: one per core]")
@click.option(
    "--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Where to grade."
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler, e.g. tcp://host:8786; without it a local cluster."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of all inputs.  [default: the report's own]")
@click.option("--device", type=click.Choice(NAMES), default="cpu", show_default=True, help="Where submissions compute.")
@click.option("--regrade", is_flag=True, help="Grade again what is handed in now, or everything.")
@click.option("--accept-weak", is_flag=True, help="Grade even if this machine cannot confine submissions.")
@click.option("--no-measurements", is_flag=True, help="Leave out seconds, memory and dates: the same bytes every time.")
@click.option(
    "--course", type=click.Path(path_type=Path), help="Folder with exercises/ and solutions/.  [default: found here]"
)
def command(**given: Any) -> None:
    """Grade SUBMISSIONS: one folder per student, or the zip or folder that Canvas, Moodle, Gradescope or GitHub gave.

    They are added to what --out holds, and what was graded before is not graded again: run the same command as often as
    you like, also after Ctrl-C or a crash. Roster, late policy and adjustments are remembered for the next week.

    Exit code 0: written, 1: written, but files were refused or units are ungraded, 2: wrong usage or a missing path,
    3: a fault of the grader, the course or the machine.
    """
    from grader.course.course import Course
    from grader.report.options import Options

    folder, jobs = given.pop("course"), given.pop("jobs") or os.cpu_count() or 1
    measurements = not given.pop("no_measurements")
    course = Course.load(folder) if folder else course_here(given["submissions"])
    table = given.pop("table")
    asked = [name for name in ("dry_run", "listing", "history", "check_adjust") if given.pop(name)]
    if given["out"] is None and not {"dry_run", "check_adjust"} & {*asked}:
        raise UsageError("--out is missing: the folder that the report goes into", next="say --out report/")
    options = Options(course=course, jobs=jobs, measurements=measurements, **given)
    if asked:
        from grader.commands.report_term import check_adjustments, list_term, show_history

        {
            "dry_run": lambda: list_intake(options, table),
            "listing": lambda: list_term(options),
            "history": lambda: show_history(options, table),
            "check_adjust": lambda: check_adjustments(options),
        }[asked[0]]()
    else:
        write_report(options)


def course_here(submissions: Sequence[Path]) -> Course:
    """The course at or above the working folder, whose suites run with the instructor's rights.

    UsageError where it lies in what is to be graded: a workspace that was handed in may hold suites of its student's.
    """
    from grader.course.course import find_course

    course = find_course(Path.cwd())
    root = course.root.resolve()
    for path in submissions:
        if path.resolve() in (root, *root.parents):
            raise UsageError(
                "the course found here lies in what is to be graded",
                str(root),
                "stand in the course's folder, or say --course DIR",
            )
    return course


def write_report(options: Options) -> None:
    """The usual command: takes in, grades and writes, and says what was done."""
    from grader.report.run import report

    meter = Meter()
    try:
        outcome = report(options, meter)
    except KeyboardInterrupt:
        meter.end()
        click.echo("stopped; all finished results are kept, and the same command goes on from there", err=True)
        sys.exit(130)
    meter.end()
    print_outcome(outcome, options.out)
    sys.exit(1 if outcome.refused or outcome.ungraded else 0)


def list_intake(options: Options, table: Path | None) -> None:
    """Shows the whole intake, without grading anything."""
    from grader.base.text import line
    from grader.report.collection import dry_run
    from grader.report.intake.listing import as_csv, as_text

    if not options.submissions:
        raise UsageError("--dry-run has nothing to show", next="say which submissions")
    lines = dry_run(options)
    if table is not None:
        try:
            table.write_text(as_csv(lines), encoding="utf-8-sig", newline="\n")
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", line(str(table)), "choose another file") from None
    click.echo(as_text(lines), nl=False)


def print_outcome(outcome: Outcome, out: Path) -> None:
    """What was done, in a few lines."""
    from grader.base.text import counted, line

    exercises = sum(unit.kind == "exercise" for unit in outcome.sheet.units)
    quizzes = len(outcome.sheet.units) - exercises
    click.echo(
        f"{counted(len(outcome.sheet.rows), 'student')}, {counted(exercises, 'exercise')}, "
        f"{counted(quizzes, 'quiz', 'quizzes')}, "
        f"{outcome.graded_now} graded now, seed {outcome.seed}"
    )
    if outcome.remark:
        click.echo(f"! {outcome.remark}")
    for doubt in outcome.doubts:
        click.echo(f"! {doubt}")
    if outcome.left_out or outcome.guesses:
        left = f"{counted(outcome.left_out, 'file')} left out, {outcome.guesses} guessed"
        click.echo(f"! {left}: the list stands on top of the page")
    changed = [one for one in outcome.changes if one.before]
    if changed:
        click.echo(f"! {counted(len(changed), 'grade')} changed: history.csv and the page say why")
        keys = {unit.id: unit.key for unit in outcome.sheet.units}
        for one in changed[:SHOWN]:
            unit = keys.get(one.unit, one.unit)
            click.echo(f"    {line(one.student)} {unit}: {one.before} → {one.after} ({line(one.why)})")
        if len(changed) > SHOWN:
            click.echo(f"    and {len(changed) - SHOWN} more")
    if outcome.refused or outcome.ungraded:
        click.echo(
            f"! {counted(outcome.refused, 'file')} refused, {counted(outcome.ungraded, 'unit')} ungraded: "
            "the list stands on top of the page"
        )
    for reason in outcome.reasons[:5]:
        click.echo(f"    {line(reason)}")
    for text in outcome.handed_back:
        click.echo(f"  {text}")
    click.echo(f"✓ {line(str(out / 'report.html'))}")


class Meter:
    """Progress on standard error: a line that is written over on a terminal, one line in a while elsewhere."""

    def __init__(self) -> None:
        self.started = self.shown = time.monotonic()
        self.terminal = redraws(sys.stderr)

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self.shown < (0.2 if self.terminal else 10.0):
            return
        self.shown = now
        rate = done / max(now - self.started, 1e-9)
        filled = round(30 * done / total)
        left = (total - done) / rate
        bar = "█" * filled + "░" * (30 - filled)
        text = f"{bar} {done} of {total}  {rate:.1f}/s  {int(left // 60)}:{int(left % 60):02d} left"
        if self.terminal:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
        elif done < total:
            click.echo(f"{done} of {total} graded, {rate:.1f}/s", err=True)

    def end(self) -> None:
        if self.terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
