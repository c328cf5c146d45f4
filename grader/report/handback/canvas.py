"""Grades for Canvas's gradebook import, and feedback for its upload of graded files.

Read off Canvas's `lib/gradebook_importer.rb`: a column belongs to the assignment whose number stands behind its title;
an empty cell takes away a grade that is there, so what cannot be filled keeps the cell as it was downloaded; the row of
possible points would change the assignment, so it stays too. `app/models/abstract_assignment.rb` finds the student and
the attachment of an uploaded file in its name, so names stay as they were downloaded.
"""

import json
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from grader.base.text import cell as harmless
from grader.base.text import line
from grader.course.notebook import NotebookCell
from grader.report.gradebook.classlist import ClassList, canvas_columns
from grader.report.gradebook.grades import Cell, Row, shown
from grader.report.gradebook.units import Unit
from grader.report.handback.handover import Handover
from grader.report.intake.patterns import recognized
from grader.report.page.spreadsheet import packed, spreadsheet

Files = Iterable[tuple[str, str | bytes]]  # path in the report's folder, content
MARK = re.compile(r"(?:[-+]?[\d.,]+ ?%?|EX|-)?")
COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)


def canvas(hand: Handover) -> Files:
    """`canvas.csv`, and for each unit handed in through Canvas the zip to upload."""
    listed = hand.listed("canvas")
    if listed is not None:
        yield "canvas.csv", spreadsheet(gradebook(hand, listed))
    for unit in hand.sheet.units:
        if files := list(uploads(hand, unit)):
            yield f"canvas/{unit.key}-feedback.zip", packed(files)


def gradebook(hand: Handover, listed: ClassList) -> Iterator[list[str]]:
    """The export's own student columns, then the assignments that have grades here."""
    units = [unit for unit in hand.sheet.units if unit.id in hand.sheet.possible]
    columns = canvas_columns(listed, units, hand.lms_names)
    ids = listed.assignments[0] if listed.assignments else len(listed.header)
    section = listed.place(("section",))
    people = range(ids if section is None else min(ids, section + 1))
    possible = listed.points_possible
    scales = {
        unit.id: scale(hand, unit, listed.cell(possible, columns[unit.id])) for unit in units if unit.id in columns
    }
    for unit in units:
        if unit.id in columns:
            hand.messages.append(f"canvas.csv: {unit.key} goes into {line(listed.header[columns[unit.id]], 80)}")
    yield [*(listed.header[at] for at in people), *(listed.header[at] for at in columns.values())]
    if possible:
        yield [*(listed.cell(possible, at) for at in people), *(listed.cell(possible, at) for at in columns.values())]
    rows = {row.student.id: row for row in hand.sheet.rows}
    for student, cells in listed.rows:
        if student in rows:
            own = rows.pop(student).cells
            grades = [excused_or_grade(own[u], scales[u]) or tame(listed.cell(cells, at)) for u, at in columns.items()]
            yield [*(harmless(listed.cell(cells, at)) for at in people), *grades]
    report_left_out(hand, "canvas.csv", listed, rows.values())


def scale(hand: Handover, unit: Unit, possible: str) -> Fraction:
    """What a point is worth in the LMS, where the assignment there has other points than the unit here."""
    try:
        there = Fraction(possible.strip().replace(",", "."))
    except ValueError:
        return Fraction(1)
    here = hand.sheet.possible[unit.id]
    if not here or there <= 0 or there == here:
        return Fraction(1)
    hand.messages.append(f"{unit.key} is worth {shown(here)} here and {shown(there)} there: its points are scaled")
    return there / here


def grade(cell: Cell, scale: Fraction) -> str:
    """The points as the LMS counts them; empty where there are none."""
    return "" if cell.earned is None else shown(cell.earned * scale)


def excused_or_grade(cell: Cell, scale: Fraction) -> str:
    """The same for Canvas, which knows `EX`."""
    return cell.text if cell.state == "excused" else grade(cell, scale)


def tame(text: str) -> str:
    """A cell as it was downloaded, unless a spreadsheet could take it for a formula: a mark, `EX` or `-` is none."""
    return text if MARK.fullmatch(text.strip()) else harmless(text)


def report_left_out(hand: Handover, where: str, listed: ClassList, rows: Iterable[Row]) -> None:
    """Names who is graded here and not in the LMS's list."""
    names = [line(row.student.name or row.student.id, 40) for row in rows if any(c.work for c in row.cells.values())]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        hand.messages.append(f"{where}: not in {line(listed.name)}, so left out: {', '.join(names[:5])}{more}")


def uploads(hand: Handover, unit: Unit) -> Iterator[tuple[str, bytes]]:
    """Feedback under the names of the files as Canvas had them, each in a form that fits its ending."""
    seen = set()
    for row in hand.sheet.rows:
        cell = row.cells[unit.id]
        name = downloaded(cell)
        if name and name not in seen:
            seen.add(name)
            html, markdown = hand.feedback(row, unit)
            yield name, in_form(name, html, markdown, hand.source(cell))


def downloaded(cell: Cell) -> str:
    """The file's name in Canvas's download; "" where it did not come from there."""
    for part in cell.work.path.split("/") if cell.work else ():
        found = recognized((part,))
        if found and found.lms == "Canvas" and not part.endswith(("_text.html", "_link.html")):
            return part
    return ""


def in_form(name: str, html: str, markdown: str, source: bytes) -> bytes:
    """The feedback as a file of that ending: above the code, in a notebook, in a zip, or as a page."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("py", "pyw", "yaml", "yml"):
        comment = "".join(f"# {text}".rstrip() + "\n" for text in markdown.splitlines()).encode()
        top = source.split(b"\n", 2)[:2]
        if source.startswith(b"\xef\xbb\xbf") or any(COOKIE.match(one) for one in top) or not is_utf8(source):
            return comment
        return comment + b"\n\n" + source
    if ending == "ipynb":
        return notebook(source, markdown)
    if ending == "zip":
        return packed([("feedback.html", html.encode()), ("feedback.md", markdown.encode())])
    if ending == "json":
        return json.dumps({"feedback": markdown.splitlines()}, indent=1, ensure_ascii=False).encode()
    return html.encode()


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def notebook(source: bytes, markdown: str) -> bytes:
    """A notebook of the feedback and of the code that was taken out of the student's own."""
    lines = markdown.splitlines(True)
    feedback: NotebookCell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": lines}
    text = source.decode("utf-8", "replace")
    code: NotebookCell = {"cell_type": "code", "id": "graded", "execution_count": None, "metadata": {}, "outputs": [],
            "source": text.splitlines(True)}  # fmt: skip
    found = {"cells": [feedback, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, indent=1, ensure_ascii=False).encode("utf-8", "replace")
