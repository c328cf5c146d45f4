"""The document as the page's template wants it: tiles, the colored table, what needs attention."""

import statistics
from typing import Any, cast

from grader.base.text import file_name
from grader.report.gradebook.grades import Sheet
from grader.report.page.document import share
from grader.sandbox.tier import TIERS, Tier

OUTLIERS = 30
ATTENTION = (
    "doubts", "ungraded", "flagged", "refused", "left_out", "guesses", "likeness", "time_unknown", "unsteady",
    "not_on_roster", "nothing",
)  # fmt: skip


def tier_text(tiers: list[str]) -> str:
    """How submissions were confined, weakest last; every page says it."""
    if not tiers:
        return "nothing was run"
    return "; ".join(TIERS[cast(Tier, tier[0])].report + tier[1:] for tier in tiers)


def presentation(doc: dict[str, Any], sheet: Sheet, pictures: dict[str, bytes]) -> dict[str, Any]:
    """Everything `report.html` needs."""
    measured = doc.get("measured")
    outliers = [outlier(one, doc) for one in measured["outliers"][:OUTLIERS]] if measured else []
    attention = any(doc[name] for name in ATTENTION)
    parts = [
        ("attention", "Attention", attention),
        ("overview", "Overview", True),
        ("misunderstood", "Misunderstood", doc["misses"] or doc["distractors"]),
        ("grades", "Grades", True),
        ("changes", "Changes", doc["changes"]["changed"]),
        ("items", "Items", doc["items"]),
        ("solution", "Beside the solution", doc["beside"] or outliers),
        ("similar", "Pairs", "similar" in doc),
    ]
    return {
        "doc": doc,
        "tier": tier_text(doc["tiers"]),
        "attention": attention,
        "parts": [(name, title) for name, title, there in parts if there],
        "tiles": tiles(doc),
        "rows": [table_row(student, doc) for student in doc["students"]],
        "doubtful": sorted((item for item in doc["items"] if item["flag"]), key=weakest_first),
        "outliers": outliers,
        "measured": measured is not None,
        "pictures": {name: pictures.get(name, b"") for name in ("totals", "units", "heat", "misses", "items")},
    }


def weakest_first(item: dict[str, Any]) -> tuple[float, str]:
    """The items that stronger students miss come first."""
    return (1.0 if item["discrimination"] is None else item["discrimination"], item["id"])


def tiles(doc: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The numbers on top: value, name, whether it is bad news."""
    percents = [float(student["percent"]) for student in doc["students"] if student["percent"]]
    cells = [cell for student in doc["students"] for cell in student["units"].values()]
    graded = sum(cell["state"] == "graded" for cell in cells)
    missing = sum(cell["state"] == "missing" for cell in cells)
    found = [
        (str(len(doc["students"])), "students", False),
        (str(graded), "units graded", False),
        (f"{statistics.median(percents):.0f} %" if percents else "–", "median total", False),
        (str(missing), "missing", False),
    ]
    if doc["refused"]:
        found.append((str(len(doc["refused"])), "refused files", True))
    found.append((str(len(doc["ungraded"])), "ungraded", bool(doc["ungraded"])))
    return found


def table_row(student: dict[str, Any], doc: dict[str, Any]) -> dict[str, Any]:
    cells = [heat_cell(student["units"][unit["id"]]) for unit in doc["units"]]
    return {
        "file": file_name(student["id"]),
        "name": student["name"] or student["id"],
        "id": student["id"] if student["name"] not in ("", student["id"]) else "",
        "cells": cells,
        "total": student["total"] or "–",
        "out_of": student["out_of"],
        "percent": student["percent"],
        "notes": "; ".join(student["notes"]),
    }


def heat_cell(cell: dict[str, Any]) -> tuple[str, str]:
    """The CSS class and the text of one colored cell."""
    if cell["state"] == "ungraded":
        return "ungraded", "!"
    if cell["state"] == "excused":
        return "excused", "EX"
    value = share(cell)
    if value is None:
        return ("missing", "–") if cell["state"] == "missing" else ("", cell["earned"])
    text = cell["earned"].rstrip("0").rstrip(".")
    return f"h{round(10 * value)}", text


def outlier(one: dict[str, Any], doc: dict[str, Any]) -> dict[str, str]:
    keys = {unit["id"]: unit["key"] for unit in doc["units"]}
    unit = "{:.2f} s" if one["what"] == "seconds" else "{:.0f} MB"
    return {
        "student": one["student"],
        "unit": keys.get(one["unit"], one["unit"]),
        "value": unit.format(one["value"]),
        "median": unit.format(one["median"]),
    }
