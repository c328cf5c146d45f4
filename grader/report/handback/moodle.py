"""Grades for Moodle's grading worksheet, and feedback for its upload of feedback files.

Read off Moodle's `mod/assign/feedback/offline/importgradeslib.php` and `locallib.php`: the importer looks for its own
words in the header, takes the number at the end of the identifier, skips a grade above the maximum without a word, and
takes an empty comment for a wish to delete the one that is there. So a worksheet goes back as it came, with grades and
comments put in. `feedback/file/importziplib.php` reads the participant's number in a folder's name.
"""

import re
from collections.abc import Iterator

from grader.base.text import line, visible
from grader.report.gradebook.classlist import COMMENTS, GRADE, MAXIMUM, MODIFIED, ClassList
from grader.report.gradebook.grades import Cell
from grader.report.gradebook.units import Unit
from grader.report.handback.canvas import Files, grade, report_left_out, scale, tame
from grader.report.handback.handover import Handover
from grader.report.intake.patterns import MOODLE
from grader.report.page.spreadsheet import packed, spreadsheet

ARITHMETIC = re.compile(r"\d+\.\d\d − [^=]*= \d+\.\d\d")


def moodle(hand: Handover) -> Files:
    """`moodle/<unit>.csv` for each unit whose worksheet was given, and the zips of feedback."""
    for unit in hand.sheet.units:
        listed = hand.listed("moodle", unit.id)
        if listed is not None and unit.id in hand.sheet.possible:
            yield f"moodle/{unit.key}.csv", spreadsheet(worksheet(hand, unit, listed))
        if files := list(folders(hand, unit, listed)):
            yield f"moodle/{unit.key}-feedback.zip", packed(files)


def worksheet(hand: Handover, unit: Unit, listed: ClassList) -> Iterator[list[str]]:
    """The worksheet as it was downloaded, with what is known here put into two of its columns."""
    place, comments = listed.place(GRADE), comment_column(listed)
    assert place is not None
    worth = next((most for _, row in listed.rows if (most := listed.cell(row, listed.place(MAXIMUM)))), "")
    factor = scale(hand, unit, worth)
    hand.messages.append(f"moodle/{unit.key}.csv: {unit.key} goes into {line(listed.name)}")
    yield list(listed.header)
    rows = {row.student.id: row for row in hand.sheet.rows}
    for student, cells in listed.rows:
        filled = [*cells, *[""] * (len(listed.header) - len(cells))]
        if student in rows:
            cell = rows.pop(student).cells[unit.id]
            filled[place] = grade(cell, factor) or filled[place]
            if comments is not None:
                filled[comments] = comment(cell) or filled[comments]
        yield [one if at == comments else tame(one) for at, one in enumerate(filled)]  # comments are the teachers' own
    report_left_out(hand, f"moodle/{unit.key}.csv", listed, rows.values())


def comment_column(listed: ClassList) -> int | None:
    """Where the comments stand: by their name, else behind the last of the columns that every worksheet has."""
    found = listed.place(COMMENTS)
    last = listed.place(MODIFIED)
    return last + 1 if found is None and last is not None and last + 1 < len(listed.header) else found


def comment(cell: Cell) -> str:
    """What the student may read of the points: the price of lateness, the instructor's comment; no internal note."""
    found = ARITHMETIC.search(cell.note)
    comment = cell.adjustment.comment.strip() if cell.adjustment else ""
    return "; ".join(filter(None, [found[0] if found else "", visible(comment)]))


def folders(hand: Handover, unit: Unit, listed: ClassList | None) -> Iterator[tuple[str, bytes]]:
    """A page of feedback in each student's folder, called as it was downloaded or as the worksheet numbers them."""
    numbers = {student: number(row[0]) for student, row in listed.rows if student and row} if listed else {}
    shared: dict[str, int] = {}
    for row in hand.sheet.rows:
        name = downloaded(row.cells[unit.id])
        shared[name] = shared.get(name, 0) + 1
    for row in hand.sheet.rows:
        cell = row.cells[unit.id]
        name, own = downloaded(cell), numbers.get(row.student.id, "")
        if own and cell.work and name.split("_")[1:2] != [own]:
            plain = re.sub(r"[_/\\]+", " ", row.student.name or row.student.id)
            name = f"{line(plain, 80)}_{own}_assignfeedback_file"
        elif not own and shared[name] > 1:
            continue  # a group's folder has the group's number, which is nobody's
        if name:
            yield f"{name}/feedback-{unit.key}.html", hand.feedback(row, unit)[0].encode()


def downloaded(cell: Cell) -> str:
    """The folder's name in Moodle's download; "" where the work did not come from there."""
    for part in cell.work.path.split("/")[:-1] if cell.work else ():
        if MOODLE.fullmatch(part):
            return part
    return ""


def number(identifier: str) -> str:
    found = re.search(r"\d+$", identifier.strip())
    return found[0] if found else ""
