"""Grades in the forms that spreadsheets and learning management systems take.

`FORMATS` at the end is the only list of the systems: what stands there is an option of `grader report --format`.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from grader.base.text import cell, file_name
from grader.report.gradebook.grades import Cell, Row, Sheet, shown
from grader.report.gradebook.history import HEADER as HISTORY
from grader.report.gradebook.history import changes
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student
from grader.report.gradebook.units import Unit

ABOUT = ("section", "ta", "team")
CANVAS_IDS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def table(rows: Iterable[Iterable[str]]) -> str:
    """CSV text, every cell harmless to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return text.getvalue()


def grades_csv(sheet: Sheet) -> str:
    """One column per unit in points earned, `possible` as second row; what does not count is empty and noted.

    Sections, TAs and teams have a column where the roster names them, categories one in percent.
    """
    known = [kind for kind in ABOUT if any(getattr(row.student, kind) for row in sheet.rows)]
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


def history_csv(book: Gradebook) -> str:
    """What changed from run to run, a line for each student's unit; the dates only where a run kept them."""
    return table([HISTORY, *([str(getattr(one, title)) for title in HISTORY] for one in changes(book))])


def canvas_csv(sheet: Sheet) -> str:
    """A gradebook import for Canvas: its id columns as the roster has them, then one assignment per unit.

    Canvas leaves an assignment as it is where the cell is empty, so missing work stays missing there.
    """
    titles = [f"{unit.title} ({unit.key})" for unit in sheet.units]
    rows = [[*CANVAS_IDS, *titles]]
    rows.append(["    Points Possible", "", "", "", "", *(shown(sheet.possible.get(unit.id)) for unit in sheet.units)])
    for row in sheet.rows:
        known = row.student.columns
        ids = [known.get(name, "") for name in CANVAS_IDS]
        ids[0] = ids[0] or row.student.name or row.student.id
        ids[1] = ids[1] or row.student.fields.get("canvas_id", "")
        rows.append([*ids, *(row.cells[unit.id].text for unit in sheet.units)])
    return table(rows)


def moodle_csv(sheet: Sheet, unit: Unit | None) -> str:
    """A grading worksheet for one Moodle assignment: a unit's points, or the total where `unit` is None."""
    rows = [["Identifier", "Full name", "Email address", "Grade", "Feedback comments"]]
    for row in sheet.rows:
        student = row.student
        grade = row.total if unit is None else row.cells[unit.id].earned
        comment = "; ".join(row.notes) if unit is None else row.cells[unit.id].note
        rows.append([identifier(student), student.name or student.id, student.email, shown(grade), comment])
    return table(rows)


def identifier(student: Student) -> str:
    """Moodle's `Participant 123`; empty where only the e-mail address can be matched."""
    found = student.fields.get("identifier", "")
    return f"Participant {found}" if found.isdigit() else found


def gradescope_results(row: Row, units: Iterable[Unit], records: dict[str, dict[str, Any]]) -> str:
    """One student's `results.json` as Gradescope's autograder writes it: one test per unit's test or question."""
    tests: list[dict[str, Any]] = []
    for unit in units:
        cell = row.cells[unit.id]
        record = records.get(unit.id)
        if cell.state != "graded" or record is None:
            tests.append({"name": unit.title, "output": cell.note, "output_format": "text", "visibility": "visible"})
            continue
        tests += [entry for entry in entries(unit, cell, record)]
    score = None if row.total is None else float(shown(row.total))
    results = {"score": score, "output_format": "text", "visibility": "after_published", "tests": tests}
    results["output"] = "; ".join(row.notes)
    return json.dumps({k: v for k, v in results.items() if v is not None}, indent=1, sort_keys=True) + "\n"


def entries(unit: Unit, cell: Cell, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The tests of one unit; a line of its own takes off what lateness costs."""
    raw = Fraction(0)
    for test in record.get("tests", ()):
        earned = Fraction(str(test["points"]["earned"]))
        raw += earned
        yield entry(f"{unit.key}: {test['title']}", earned, test["points"]["possible"], test["message"])
    for question in record.get("questions", ()):
        earned = Fraction(question["points"] or 0)
        raw += earned
        yield entry(f"{unit.key}: {question['id']}", earned, question["possible"], question["status"])
    if cell.earned is not None and cell.earned != raw:
        yield {
            "name": f"{unit.key}: {cell.note or 'counted'}",
            "score": float(cell.earned - raw),
            "visibility": "visible",
        }


def entry(name: str, earned: Fraction, possible: Any, output: str) -> dict[str, Any]:
    passed = "passed" if earned == Fraction(str(possible)) else "failed"
    return {"name": name, "score": float(earned), "max_score": float(Fraction(str(possible))), "status": passed,
            "output": output, "output_format": "text", "visibility": "visible"}  # fmt: skip


Records = Callable[[Row], dict[str, dict[str, Any]]]  # a student's counted results by unit
Files = Iterable[tuple[str, str]]  # path in the report's folder, text


def canvas(sheet: Sheet, records: Records) -> Files:
    yield "canvas.csv", canvas_csv(sheet)


def moodle(sheet: Sheet, records: Records) -> Files:
    for one in (None, *sheet.units):
        yield f"moodle/{one.key if one else 'total'}.csv", moodle_csv(sheet, one)


def gradescope(sheet: Sheet, records: Records) -> Files:
    for row in sheet.rows:
        text = gradescope_results(row, sheet.units, records(row))
        yield f"gradescope/{file_name(row.student.id)}/results.json", text


FORMATS: dict[str, Callable[[Sheet, Records], Files]] = {"canvas": canvas, "moodle": moodle, "gradescope": gradescope}
