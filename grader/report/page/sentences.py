"""What a student reads about points, in sentences: what is missing, what lateness cost, which attempt counts."""

import re

from grader.base.text import visible
from grader.report.gradebook.cells import Cell, shown

ATTEMPT = re.compile(r"(?:^|, )attempt (\d+) of (\d+)(?=, |$)")
FILE = "not graded: "


def sentences(cell: Cell) -> list[str]:
    """The sentences that explain a unit's points; empty where none is needed."""
    note = cell.note
    attempt = ATTEMPT.search(note)
    note = ATTEMPT.sub("", note)
    found: list[str] = []
    if cell.adjustment is not None:
        found += adjusted(cell, note.removeprefix(", "))
        note = ""
    elif cell.state == "ungraded":
        found.append("This could not be graded yet, through no fault of yours. It costs you nothing.")
        note = ""
    elif cell.work is None:
        found += absent(cell, note)
        note = ""
    elif cell.late.days:
        found.append(f"Late: {note}." if cell.late.percent else f"Handed in {note}; this costs nothing.")
        note = ""
    elif cell.late.unknown:
        found.append("When this was handed in is unknown, so it counts as on time.")
        note = note.removeprefix("time unknown, counted as on time").removeprefix(", ")
    if note:
        found.append(f"{note[:1].upper()}{note[1:]}.")
    if attempt:
        found.append(f"You handed this in {attempt[2]} times; attempt {attempt[1]} counts.")
    return found


def adjusted(cell: Cell, note: str) -> list[str]:
    """What the instructor decided; the comment has a place of its own."""
    one = cell.adjustment
    if one is None:
        return []
    if cell.state == "excused":
        why = f": {one.reason.strip()}" if one.reason.strip() else ""
        return [f"You are excused{why}.", "It counts neither for nor against you."]
    note = note.removesuffix(visible(f"comment: {one.comment.strip()}")).removesuffix(", ")
    return [f"Adjusted by your instructor: {note}."] if note and note != "missing" else []


def absent(cell: Cell, note: str) -> list[str]:
    """Nothing was handed in, or a file that cannot be graded."""
    zero = note.endswith(", counted as 0")
    note = note.removesuffix(", counted as 0")
    counts = f"It counts as 0.00 of {shown(cell.possible)} points." if zero or cell.earned is not None else ""
    if note.startswith(FILE):
        return list(filter(None, [f"Your file was not graded: {note.removeprefix(FILE)}.", counts]))
    if note != "missing":
        return list(filter(None, [f"{note[:1].upper()}{note[1:]}." if note else "", counts]))
    return ["You handed in nothing for this.", counts or "It is left out of your total."]
