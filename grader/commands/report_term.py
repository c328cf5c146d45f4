"""What `grader report` says of a term without grading: what belongs to it, what changed, whether adjustments hold."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.base.errors import UsageError
from grader.base.text import cell, counted, line

if TYPE_CHECKING:
    from grader.report.gradebook.store import Gradebook
    from grader.report.options import Options

WIDTH = 60
MISSING = "say which adjust.toml: grader report --check-adjust --adjust adjust.toml"


def opened(options: Options) -> Gradebook:
    """The gradebook that is there. UsageError if there is none."""
    from grader.report.page.output import Output

    output = Output(options.out)
    output.needed()
    return output.gradebook()


def list_term(options: Options) -> None:
    """Every delivery with the name by which it can be taken out, and what the term remembers."""
    from grader.report.gradebook import submissions as kept
    from grader.report.term import listing

    with opened(options) as book:
        rows = [("", "from", "taken in", "students", "works", "left out", "units")]
        for one in listing(book):
            name = f"{one.name} (for {one.student} only)" if one.student else one.name
            counts = (str(one.students), str(one.works), str(one.left_out))
            rows.append((one.id, tail(line(name)), one.taken or "–", *counts, ", ".join(one.units)))
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
        for row in rows:
            head = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=False))
            click.echo(f"{head}  {row[-1]}".rstrip())
        rules, adjust = book.setting("rules") or {}, book.setting("adjust")
        people = kept.students(book)
        enrolled = sum(one.enrolled for one in people)
        click.echo(
            f"\n{counted(len(people), 'student')}, {enrolled} of them on the roster; seed {book.setting('seed')}"
        )
        click.echo(f"late policy: {rules.get('late_file') or 'none'}; attempts: {rules.get('attempts', 'latest')}")
        click.echo(f"adjustments: {adjust['file'] if adjust else 'none'}")
    click.echo("grader report --out DIR --forget NAME takes out a delivery (d1), a unit or a student")


def tail(text: str) -> str:
    """The last parts of a path, which identify a file best."""
    return text if len(text) <= WIDTH else "…" + text[1 - WIDTH :]


def show_history(options: Options, table: Path | None) -> None:
    """What changed from run to run, of everybody or of one student, as lines or as a CSV file."""
    from grader.report.gradebook import submissions as kept
    from grader.report.gradebook.history import HEADER, changes
    from grader.report.intake.roster import Roster

    with opened(options) as book:
        wanted: list[str] = []
        if options.student:
            people = kept.students(book)
            wanted = [one.id for one in people if one.id == options.student]
            wanted = wanted or [one.id for one in Roster(people).named(options.student)]
            if not wanted:
                raise UsageError(f"there is no student {line(options.student)}", next="--list shows what is there")
        found = list(changes(book, wanted))
    if table is not None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows([cell(str(getattr(one, title))) for title in HEADER] for one in found)
        try:
            table.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", line(str(table)), "choose another file") from None
    for one in found:
        when = f"{one.when}  " if one.when else ""
        change = f"{one.before} → {one.after}" if one.before else one.after
        click.echo(
            f"run {one.run}  {when}{line(one.student)}  {one.unit.partition('_')[0]}  {change}  ({line(one.why)})"
        )
    if not found:
        click.echo("nothing has changed yet")


def check_adjustments(options: Options) -> None:
    """Every slip in the file of adjustments, with its line; exit code 2 if there is one."""
    from grader.report.gradebook.adjust import exact, parse_adjustments, read_text
    from grader.report.gradebook.cells import shown
    from grader.report.gradebook.history import worth
    from grader.report.gradebook.submissions import remembered
    from grader.report.intake.roster import Roster, read_roster
    from grader.report.page.output import GRADEBOOK
    from grader.report.rules import adjust_file
    from grader.report.term import with_units

    path = next((one for one in options.submissions if one.suffix == ".toml"), None) or adjust_file(options)
    if path is None:
        raise UsageError("there is no file of adjustments", next=MISSING)
    names = with_units(options.course).names
    found = parse_adjustments(read_text(path), line(str(path)))
    problems = list(found.problems(names))
    students = [one for one in remembered(options.out / GRADEBOOK) if not one.role] if options.out else []
    students += [one for each in options.roster for one in read_roster(each).students]
    decided = found.resolved(Roster(students).named, students, names, problems) if students else {}
    possible = worth(options.out / GRADEBOOK) if options.out else {}
    for (student, unit), adjustment in decided.items():
        points, most = exact(adjustment.points), possible.get(unit)
        if points is not None and most is not None and points > most:
            click.echo(f"! {line(student)} {adjustment.unit}: {shown(points)} is more than its {shown(most)} points")
    for one in problems:
        click.echo(f"✗ {one}")
    if problems:
        sys.exit(2)
    many = counted(len(found.every), "adjustment")
    known = "" if students else "; whether its students exist was not looked at: say --out or --roster"
    click.echo(f"✓ {line(str(path))}: {many}{known}")
