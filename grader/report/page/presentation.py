"""The document as the page's template wants it: tiles, the colored table, what needs attention."""

import re
import statistics
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

from grader.base.text import counted, file_name
from grader.report.page.analysis import RULE
from grader.report.page.exports import ABOUT
from grader.report.page.pictures import share
from grader.report.page.schema import CellLine, Document, ItemLine, OutlierLine, StudentLine
from grader.sandbox.tier import TIERS, Tier

OUTLIERS = 30
LISTS = (
    ("refused", "refused", "files that may cost points"), ("unusable", "unusable", "nothing could be graded"),
    ("ungraded", "ungraded", "ungraded"), ("flagged", "flagged", "look at"), ("unsteady", "unsteady", "unsteady"),
    ("left", "left_out", "left out"), ("guesses", "guesses", "guessed"), ("likeness", "likeness", "by likeness"),
    ("late", "late", "late"), ("unknown", "time_unknown", "time unknown"),
    ("strangers", "not_on_roster", "not on the roster"), ("nothing", "nothing", "handed in nothing"),
)  # fmt: skip
"""Anchor, key of the document and short title of every list on top, in the order of the page."""


class Person(TypedDict):
    """How a student is named and found; `id` is empty where the name says it."""

    file: str
    name: str
    id: str


class TableRow(TypedDict):
    """A row of the table of grades; `has` are the words of the filter that it answers to.

    `section` and `ta` are the lines of theirs: of a student with two, each.
    """

    file: str
    name: str
    id: str
    section: str
    ta: str
    about: list[str]
    shares: list[str]
    cells: list[tuple[str, str]]
    total: str
    out_of: str
    percent: str
    notes: str
    has: str


class Group(TypedDict):
    """The rows of one section; a class without sections is one without a name."""

    id: str
    name: str
    rows: list[TableRow]


def tier_text(tiers: list[str]) -> str:
    """How submissions were confined, weakest last; the class page says it."""
    if not tiers:
        return "nothing was run"
    return "; ".join(TIERS[cast(Tier, tier[0])].report + tier[1:] for tier in tiers)


def weakness(tiers: list[str]) -> str:
    """What a student should know of how their work was run; empty if it was confined as it should be."""
    weak = [TIERS[cast(Tier, tier[0])].report for tier in tiers if TIERS[cast(Tier, tier[0])].weak]
    text = weak[-1].partition(" (")[0] if weak else ""
    return f"Submissions were {text}" if text else ""


def presentation(doc: Document, pictures: Mapping[str, bytes], media: Path | None = None) -> dict[str, object]:
    """Everything `report.html` needs; `media` is where the quizzes' images lie."""
    measured = doc.get("measured")
    outliers = [outlier(one, doc) for one in measured["outliers"][:OUTLIERS]] if measured else []
    lists = [(anchor, title, len(cast(Any, doc)[key])) for anchor, key, title in LISTS if cast(Any, doc)[key]]
    attention = bool(lists or doc["doubts"])
    groups = groups_of(doc)
    sections = [(group["id"], group["name"], len(group["rows"])) for group in groups if group["name"]]
    parts = [
        ("attention", "Attention", attention),
        ("overview", "Overview", True),
        ("grades", "Grades", True),
        ("changes", "Changes", doc["changes"]["changed"]),
        ("misunderstood", "Misunderstood", doc["misses"] or doc["distractors"]),
        ("items", "Items", doc["items"]),
        ("solution", "Beside the solution", doc["beside"] or outliers),
        ("similar", "Alike", "similar" in doc),
    ]
    return {
        "doc": doc,
        "counted": " · ".join(sizes(doc)),
        "tier": tier_text(doc["tiers"]),
        "attention": attention,
        "lists": lists,
        "parts": [(name, title) for name, title, there in parts if there],
        "tiles": tiles(doc),
        "people": {student["id"]: person(student) for student in doc["students"]},
        "groups": groups,
        "sections": sections,
        "labs": choices("section", doc),
        "known": known_of(doc),
        "excused": any(cell["state"] == "excused" for one in doc["students"] for cell in one["units"].values()),
        "tas": choices("ta", doc),
        "doubtful": sorted((item for item in doc["items"] if item["flag"]), key=weakest_first),
        "rule": RULE,
        "outliers": outliers,
        "measured": measured is not None,
        "media": media,
        "pictures": {name: pictures.get(name, b"") for name in ("totals", "units", "heat", "misses", "items")},
        "runs": True,
    }


def weakest_first(item: ItemLine) -> tuple[int, float, str]:
    """The numbered items in their order, then the others."""
    return (item["number"] or 1000, item["discrimination"] or 1.0, item["id"])


def sizes(doc: Document) -> list[str]:
    """`40 students`, `6 exercises`, `1 quiz`: what the class has."""
    kinds = [unit["kind"] for unit in doc["units"]]
    numbers = (
        (len(doc["students"]), "student", "students"),
        (kinds.count("exercise"), "exercise", "exercises"),
        (kinds.count("quiz"), "quiz", "quizzes"),
    )
    return [counted(number, one, many) for number, one, many in numbers if number]


def tiles(doc: Document) -> list[tuple[str, str, bool]]:
    """The numbers on top: value, name, whether it is bad news."""
    percents = [float(student["percent"]) for student in doc["students"] if student["percent"]]
    cells = [cell for student in doc["students"] for cell in student["units"].values()]
    graded = sum(cell["state"] == "graded" for cell in cells)
    missing = sum(cell["state"] == "missing" for cell in cells)
    found = [
        (str(len(doc["students"])), "students", False),
        (str(graded), "units graded", False),
        (f"{statistics.median(percents):.2f} %" if percents else "–", "median total", False),
        (str(missing), "missing", False),
    ]
    lost = len(doc["refused"]) + len(doc["unusable"])
    found.append((str(lost), "could not be graded", bool(lost)))
    found.append((str(len(doc["ungraded"])), "ungraded, our fault", bool(doc["ungraded"])))
    return found


def person(student: StudentLine) -> Person:
    name = student["name"] or student["id"]
    return {"file": file_name(student["id"]), "name": name, "id": student["id"] if student["id"] != name else ""}


def known_of(doc: Document) -> list[str]:
    """What the roster says of students beside their names: `section`, `ta`, `team`."""
    return [kind for kind in ABOUT if any(student[kind] for student in doc["students"])]  # type: ignore[literal-required]


def groups_of(doc: Document) -> list[Group]:
    """The table's rows by section, in the order of their names."""
    names = sorted({student["section"] for student in doc["students"]}, key=lambda name: (not name, name))
    if names in ([], [""]):
        return [{"id": "", "name": "", "rows": [table_row(student, doc) for student in doc["students"]]}]
    return [
        {
            "id": f"section-{number}",
            "name": name or "no section",
            "rows": [table_row(student, doc) for student in doc["students"] if student["section"] == name],
        }
        for number, name in enumerate(names, 1)
    ]


def every_one(kind: Literal["section", "ta"], doc: Document) -> set[str]:
    """All that students have as their section or TA."""
    return {student[kind] for student in doc["students"] if student[kind]}


def apart(text: str, known: Collection[str]) -> list[str]:
    """Each of a student's sections or TAs; a name with a comma in it stays whole, for its parts are nobody's."""
    parts = re.split(r", | and ", text)
    return parts if len(parts) > 1 and all(part in known for part in parts) else [text] if text else []


def choices(kind: Literal["section", "ta"], doc: Document) -> list[str]:
    """What the filter offers, in order."""
    known = every_one(kind, doc)
    found = sorted({one for text in known for one in apart(text, known)})
    some = kind == "section" and known and not all(student["section"] for student in doc["students"])
    return [*found, "no section"] if some else found


def table_row(student: StudentLine, doc: Document) -> TableRow:
    cells = [student["units"][unit["id"]] for unit in doc["units"]]
    known = known_of(doc)
    has = {cell["state"] for cell in cells} | {"late" for cell in cells if cell.get("days_late")}
    if student["percent"] and float(student["percent"]) < 50:
        has.add("half")
    return {
        **person(student),
        "section": "\n".join(apart(student["section"], every_one("section", doc)) or ["no section"]),
        "ta": "\n".join(apart(student["ta"], every_one("ta", doc))),
        "about": [student[kind] for kind in known],  # type: ignore[literal-required]
        "shares": [student["categories"].get(name, "") for name in doc["categories"]],
        "cells": [heat_cell(cell) for cell in cells],
        "total": student["total"] or "–",
        "out_of": student["out_of"],
        "percent": student["percent"],
        "notes": "; ".join(student["notes"]),
        "has": " ".join(sorted(has)),
    }


def heat_cell(cell: CellLine) -> tuple[str, str]:
    """The CSS class and the text of one colored cell."""
    if cell["state"] == "ungraded":
        return "ungraded", "!"
    if cell["state"] == "excused":
        return "excused", "EX"
    value = share(cell)
    if value is None:
        return ("missing", "–") if cell["state"] == "missing" else ("", cell["earned"])
    return shade(value), cell["earned"]


def shade(value: float) -> str:
    """The CSS class of a share of points."""
    return f"h{max(0, min(10, round(10 * value)))}"


def outlier(one: OutlierLine, doc: Document) -> dict[str, str]:
    keys = {unit["id"]: unit["key"] for unit in doc["units"]}
    unit = "{:.2f} s" if one["what"] == "own_seconds" else "{:.0f} MB"
    return {
        "student": one["student"],
        "unit": keys.get(one["unit"], one["unit"]),
        "value": unit.format(one["value"]),
        "median": unit.format(one["median"]),
    }
