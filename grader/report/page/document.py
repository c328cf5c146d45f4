"""`report.json`: everything the page shows, as plain data. What differs from run to run stands in `measured` only."""

import statistics
import textwrap
from collections.abc import Mapping
from typing import Any

from grader.base.text import visible
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.grades import Cell, Row, Sheet, shown
from grader.report.gradebook.history import changes, last_run
from grader.report.gradebook.store import Gradebook
from grader.report.page.analysis import Item, Survey, quartiles
from grader.report.page.attention import attention
from grader.report.page.comparison import Results, beside
from grader.report.page.exports import ABOUT

NAMED_ITEMS = 5


def document(
    book: Gradebook, sheet: Sheet, survey: Survey, results: Results, tiers: list[str], measurements: bool
) -> dict[str, Any]:
    """The whole report; `results` are the counted results in brief."""
    roster = any(row.student.enrolled for row in sheet.rows)
    alpha, complete = survey.alpha()
    versions = [result["versions"] for result in results.values() if result["versions"]]
    return {
        "format": 1,
        "seed": book.setting("seed"),
        "tiers": tiers,
        "device": ", ".join(sorted({one["device"] for one in results.values() if one["device"]})) or "cpu",
        "versions": versions[0] if versions else {},
        "units": [unit_line(sheet, column) for column in range(len(sheet.units))],
        "students": [student_line(row, results) for row in sheet.rows],
        "ungraded": ungraded(sheet, results),
        "flagged": flagged(sheet, results),
        "unsteady": unsteady(book, sheet),
        "not_on_roster": [row.student.id for row in sheet.rows if roster and not row.student.enrolled],
        "misses": [item_line(item) for item in survey.misses()],
        "distractors": [
            {"question": item.title, "unit": item.unit, "choice": choice.text, "count": choice.count,
             "taken": item.taken, "misconception": choice.misconception.replace("-", " ")}
            for item, choice in survey.distractors()
        ],
        "items": [item_line(item) for item in survey.items()],
        "alpha": {"value": alpha.value, "reason": alpha.reason, "students": complete},
        "beside": beside(sheet, results, measurements),
        "changes": last_changes(book, sheet),
    } | attention(sheet, kept.refusals(book))  # fmt: skip


def last_changes(book: Gradebook, sheet: Sheet) -> dict[str, Any]:
    """What the last run that changed anything did: how many grades were new, and those that were there before."""
    keys = {unit.id: unit.key for unit in sheet.units}
    names = {row.student.id: row.student.name for row in sheet.rows}
    found = list(changes(book, run=last_run(book)))
    changed = [
        {"student": visible(one.student), "name": visible(names.get(one.student, "")),
         "unit": keys.get(one.unit, one.unit), "before": one.before, "after": one.after, "why": visible(one.why)}
        for one in found if one.before
    ]  # fmt: skip
    return {"run": last_run(book), "new": len(found) - len(changed), "changed": changed}


def unit_line(sheet: Sheet, column: int) -> dict[str, Any]:
    unit = sheet.units[column]
    cells = [row.cells[unit.id] for row in sheet.rows]
    shares = [cell.share for cell in cells if cell.work is not None and cell.share is not None]
    return {
        "id": unit.id,
        "key": unit.key,
        "title": unit.title,
        "kind": unit.kind,
        "possible": shown(sheet.possible.get(unit.id)),
        "handed_in": sum(cell.work is not None for cell in cells),
        "quartiles": [float(share) for share in quartiles(shares)],
    }


def student_line(row: Row, results: Results) -> dict[str, Any]:
    return {
        "id": visible(row.student.id),
        "name": visible(row.student.name),
        "enrolled": row.student.enrolled,
        **{kind: visible(getattr(row.student, kind)) for kind in ABOUT if getattr(row.student, kind)},
        "total": shown(row.total),
        "out_of": shown(row.out_of),
        "percent": shown(None if row.share is None else row.share * 100),
        "notes": [visible(note) for note in row.notes],
        "units": {name: cell_line(cell, results.get((row.student.id, name))) for name, cell in row.cells.items()},
        **({"categories": {name: shown(share * 100) for name, share in row.shares.items()}} if row.shares else {}),
    }


def cell_line(cell: Cell, result: Mapping[str, Any] | None) -> dict[str, Any]:
    line: dict[str, Any] = {"state": cell.state, "earned": shown(cell.earned), "possible": shown(cell.possible)}
    if cell.note:
        line["note"] = cell.note
    if cell.work is not None:
        line |= {
            "path": visible(cell.work.path),
            "sha256": cell.work.sha256,
            "attempt": cell.work.attempt,
            "days_late": cell.days_late,
        }
    if result is not None:
        line["outcome"] = result["outcome"]
        if result["compared"]:
            line["max_error"] = result["max_error"]
        if result["measured"]:
            line["measured"] = result["measured"]
    return line


SUITE_FAULT = "a test of the suite failed by itself"


def ungraded(sheet: Sheet, results: Results) -> list[dict[str, str]]:
    """Every counted unit that has no points, and why."""
    found = []
    for row in sheet.rows:
        for unit in sheet.units:
            if row.cells[unit.id].state == "ungraded":
                result = results.get((row.student.id, unit.id))
                reason = (result["note"] if result else "") or SUITE_FAULT
                found.append({"student": row.student.id, "unit": unit.key, "reason": reason})
    return found


def flagged(sheet: Sheet, results: Results) -> list[dict[str, str]]:
    """Every counted unit that somebody should look at although it was graded, and why."""
    return [
        {"student": row.student.id, "unit": unit.key, "reason": results[place]["flag"]}
        for row in sheet.rows
        for unit in sheet.units
        if (place := (row.student.id, unit.id)) in results and results[place]["flag"]
    ]


def unsteady(book: Gradebook, sheet: Sheet) -> list[dict[str, str]]:
    """Tests that ran out of time in one run and not in another of the same file."""
    histories = list(book.histories())
    if not histories:
        return []
    keys = {unit.id: unit.key for unit in sheet.units}
    holders: dict[tuple[str, str], list[str]] = {}
    for work in kept.works(book):
        holders.setdefault((work.unit, work.sha256), []).append(work.student)
    found = []
    for unit, sha256, outcomes in histories:
        for test in sorted({name for one in outcomes for name in one}):
            if len({one.get(test) == "timeout" for one in outcomes}) > 1 and unit in keys:
                found += [{"student": s, "unit": keys[unit], "test": test} for s in holders.get((unit, sha256), ())]
    return found


def item_line(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "unit": item.unit,
        "title": item.title,
        "kind": "question" if item.choices else "test",
        "taken": item.taken,
        "missed": item.missed,
        "outcomes": dict(sorted(item.outcomes.items())),
        "resembles": [
            {"name": name, "count": n} for name, n in sorted(item.resembles.items(), key=lambda o: (-o[1], o[0]))[:3]
        ],
        "difficulty": item.difficulty,
        "discrimination": item.discrimination,
        "flag": item.flag,
    }


def pictures_of(doc: dict[str, Any]) -> dict[str, Any]:
    """The data of every chart, by its name in `grader.report.page.plots`; none where nobody has points."""
    ranked = sorted((s for s in doc["students"] if s["percent"]), key=lambda s: (-float(s["percent"]), s["id"]))
    percents = [float(student["percent"]) for student in ranked]
    keys = [unit["id"] for unit in doc["units"]]
    if not percents:
        return {}
    wanted: dict[str, Any] = {
        "totals": {"percents": percents, "median": statistics.median(percents)},
        "units": [unit_picture(doc, unit) for unit in doc["units"]],
        "heat": {
            "students": [short(student["id"], 24) for student in ranked],
            "units": [short(unit["key"], 14) for unit in doc["units"]],
            "shares": [[share(student["units"][key]) for key in keys] for student in ranked],
        },
    }
    if doc["misses"]:
        wanted["misses"] = [
            {"label": two_lines(one["unit"], one["title"], 36), "missed": one["missed"], "taken": one["taken"]}
            for one in doc["misses"]
        ]
    placed = [one for one in doc["items"] if one["discrimination"] is not None]
    if placed:
        doubtful = sorted((one for one in placed if one["flag"]), key=lambda one: (one["discrimination"], one["id"]))
        named = [[*place(one), short(f"{one['unit']} {one['title']}", 24)] for one in doubtful[:NAMED_ITEMS]]
        wanted["items"] = {
            f"{kind}s": [place(one) for one in placed if one["kind"] == kind] for kind in ("test", "question")
        } | {"named": named}
    return wanted


def place(item: dict[str, Any]) -> list[float]:
    """Where an item stands in the chart."""
    return [round(item["difficulty"], 4), round(item["discrimination"], 4)]


def unit_picture(doc: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    """A box and, for each distinct percentage, how many students have it."""
    counts: dict[float, int] = {}
    for student in doc["students"]:
        cell = student["units"][unit["id"]]
        value = share(cell) if cell["state"] == "graded" else None
        if value is not None:
            counts[round(100 * value, 2)] = counts.get(round(100 * value, 2), 0) + 1
    quarters = [100 * one for one in unit["quartiles"]]
    return {
        "label": two_lines(unit["key"], unit["title"], 24),
        "quartiles": quarters,
        "counts": sorted(map(list, counts.items())),
    }


def share(cell: dict[str, Any]) -> float | None:
    """The share of points of a cell as it stands in the document."""
    if not cell["earned"] or not cell["possible"] or not float(cell["possible"]):
        return None
    return float(cell["earned"]) / float(cell["possible"])


def two_lines(key: str, title: str, width: int) -> str:
    """A label of at most two lines."""
    return textwrap.fill(f"{key} {title}", width, max_lines=2, placeholder=" …")


def short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
