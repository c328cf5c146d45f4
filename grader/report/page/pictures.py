"""The data of every chart, by its name in `grader.report.page.plots`."""

import re
import statistics
from typing import TypedDict

from grader.report.page.schema import CellLine, Document, ItemLine, UnitLine


class Totals(TypedDict):
    percents: list[float]
    median: float


class Box(TypedDict):
    """A unit's quartiles in percent, and for each distinct percentage how many students have it."""

    label: str
    quartiles: list[float]
    counts: list[list[float]]


class Heat(TypedDict):
    """The best student first; a share is None where nothing counts."""

    students: list[str]
    units: list[str]
    shares: list[list[float | None]]


class Bar(TypedDict):
    label: str
    missed: int
    taken: int


class Place(TypedDict):
    """An item in the chart; `number` 0 has no label."""

    across: float
    up: float
    kind: str
    number: int
    text: str


IMAGE = re.compile(r"\[image [^\[\]:]*: ([^\[\]]*)\]")
Pictures = dict[str, Totals | list[Box] | Heat | list[Bar] | list[Place]]


def pictures_of(doc: Document) -> Pictures:
    """What is drawn; nothing where no student has points."""
    ranked = sorted((s for s in doc["students"] if s["percent"]), key=lambda s: (-float(s["percent"]), s["id"]))
    percents = [float(student["percent"]) for student in ranked]
    keys = [unit["id"] for unit in doc["units"]]
    if not percents:
        return {}
    wanted: Pictures = {
        "totals": {"percents": percents, "median": statistics.median(percents)},
        "units": [box(doc, unit) for unit in doc["units"]],
        "heat": {
            "students": [short(student["name"] or student["id"], 64) for student in ranked],
            "units": [short(unit["key"], 14) for unit in doc["units"]],
            "shares": [[share(student["units"][key]) for key in keys] for student in ranked],
        },
    }
    if doc["misses"]:
        wanted["misses"] = [bar(one) for one in doc["misses"]]
    placed = [place(one) for one in doc["items"] if one["discrimination"] is not None]
    if placed:
        wanted["items"] = placed
    return wanted


def bar(item: ItemLine) -> Bar:
    return {"label": f"{item['unit']} {item['title']}", "missed": item["missed"], "taken": item["taken"]}


def place(item: ItemLine) -> Place:
    """Where an item stands, and what its number means."""
    return {
        "across": round(item["difficulty"] or 0.0, 4),
        "up": round(item["discrimination"] or 0.0, 4),
        "kind": item["kind"],
        "number": item["number"],
        "text": IMAGE.sub(r"(\1)", f"{item['unit']} {item['title']}") if item["number"] else "",
    }


def box(doc: Document, unit: UnitLine) -> Box:
    counts: dict[float, int] = {}
    for student in doc["students"]:
        cell = student["units"][unit["id"]]
        value = share(cell) if cell["state"] == "graded" else None
        if value is not None:
            counts[round(100 * value, 2)] = counts.get(round(100 * value, 2), 0) + 1
    return {
        "label": f"{unit['key']} {unit['title']}",
        "quartiles": [100 * one for one in unit["quartiles"]],
        "counts": [[value, count] for value, count in sorted(counts.items())],
    }


def share(cell: CellLine) -> float | None:
    """The share of points of a cell as it stands in the document."""
    if not cell["earned"] or not cell["possible"] or not float(cell["possible"]):
        return None
    return float(cell["earned"]) / float(cell["possible"])


def short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
