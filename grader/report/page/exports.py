"""Grades as tables for spreadsheets; what goes back into an LMS is written by `report/handback`."""

import csv
import io
from collections.abc import Iterable

from grader.base.text import cell
from grader.report.gradebook.grades import Sheet, shown
from grader.report.gradebook.history import HEADER as HISTORY
from grader.report.gradebook.history import changes
from grader.report.gradebook.store import Gradebook
from grader.report.page.spreadsheet import marked

ABOUT = ("section", "ta", "team")


def table(rows: Iterable[Iterable[str]]) -> str:
    """CSV text, every cell harmless to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return marked(text.getvalue())


def grades_csv(sheet: Sheet) -> str:
    """One column per unit in points earned, `possible` as second row; what does not count is empty and noted.

    Sections, TAs and teams have a column where the roster names them, categories one in percent.
    """
    known = columns_of(sheet)
    head = ["student", "name", *known, *(unit.key for unit in sheet.units)]
    rows = [[*head, *(f"{name} %" for name in sheet.categories), "total", "out of", "percent", "notes"]]
    possible = [shown(sheet.possible.get(unit.id)) for unit in sheet.units]
    totals = ["100.00" for _ in sheet.categories] + [shown(sheet.total), shown(sheet.total), "100.00", ""]
    rows.append(["possible", "", *("" for _ in known), *possible, *totals])
    for row in sheet.rows:
        who = [row.student.id, row.student.name, *(getattr(row.student, kind) for kind in known)]
        points = [row.cells[unit.id].text for unit in sheet.units]
        shares = [row.shares.get(name) for name in sheet.categories]
        percents = [shown(None if share is None else share * 100) for share in (*shares, row.share)]
        totals = [*percents[:-1], shown(row.total), shown(row.out_of), percents[-1], "; ".join(row.notes)]
        rows.append([*who, *points, *totals])
    return table(rows)


def columns_of(sheet: Sheet) -> list[str]:
    """Which of section, TA and team the roster names: each is a column of every table of students."""
    return [kind for kind in ABOUT if any(getattr(row.student, kind) for row in sheet.rows)]


def history_csv(book: Gradebook, sheet: Sheet) -> str:
    """What changed from run to run, a line for each student's unit; the dates only where a run kept them."""
    known = columns_of(sheet)
    people = {row.student.id: row.student for row in sheet.rows}
    rows = [[*HISTORY, *known]]
    for one in changes(book):
        who = [getattr(people[one.student], kind) if one.student in people else "" for kind in known]
        rows.append([*(str(getattr(one, title)) for title in HISTORY), *who])
    return table(rows)
