"""`report.json`: everything the page shows, as plain data. What differs from run to run stands in `measured` only."""

import unicodedata
from collections.abc import Iterable

from grader.base.text import visible
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.grades import Cell, Row, Sheet, shown
from grader.report.gradebook.history import changes, last_run
from grader.report.gradebook.store import Gradebook
from grader.report.page.analysis import Choice, Item, Survey, quartiles
from grader.report.page.attention import Names, attention
from grader.report.page.comparison import Results, beside
from grader.report.page.schema import (
    CellLine,
    ChangeLine,
    Changes,
    Distractor,
    Document,
    Entry,
    ItemLine,
    Result,
    StudentLine,
    UnitLine,
)  # fmt: skip

PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
NUMBERED = 12  # items with a number in the chart


def document(
    book: Gradebook, sheet: Sheet, survey: Survey, results: Results, tiers: list[str], measurements: bool
) -> Document:
    """The whole report; `results` are the counted results in brief."""
    roster = any(row.student.enrolled for row in sheet.rows)
    alpha, complete = survey.alpha()
    versions = [result["versions"] for result in results.values() if result["versions"]]
    names = Names(sheet)
    rows = sorted(sheet.rows, key=by_name)
    items = survey.items()
    numbers = {item.id: number for number, item in enumerate(doubtful(items)[:NUMBERED], 1)}
    lists = attention(sheet, kept.refusals(book), {place: one["cause"] for place, one in results.items()}, names)
    return {
        "format": 1,
        "seed": book.setting("seed"),
        "tiers": tiers,
        "device": ", ".join(sorted({one["device"] for one in results.values() if one["device"]})) or "cpu",
        "versions": versions[0] if versions else {},
        "units": [unit_line(sheet, column) for column in range(len(sheet.units))],
        "students": [student_line(row, results) for row in rows],
        "ungraded": ungraded(sheet, results, names),
        "flagged": flagged(sheet, results, names),
        "unsteady": unsteady(book, sheet, names),
        "not_on_roster": [row.student.id for row in rows if roster and not row.student.enrolled],
        "misses": [item_line(item) for item in survey.misses()],
        "distractors": [distractor(item, choice) for item, choice in survey.distractors()],
        "items": [item_line(item, numbers.get(item.id, 0)) for item in items],
        "alpha": {"value": alpha.value, "reason": alpha.reason, "students": complete},
        "beside": beside(sheet, results, measurements),
        "categories": list(sheet.categories),
        "changes": last_changes(book, names),
        "missing_zero": sheet.missing_zero,
        "doubts": lists["doubts"],
        "refused": lists["refused"],
        "left_out": lists["left_out"],
        "guesses": lists["guesses"],
        "likeness": lists["likeness"],
        "unusable": lists["unusable"],
        "late": lists["late"],
        "time_unknown": lists["time_unknown"],
        "nothing": lists["nothing"],
    }  # fmt: skip


def last_changes(book: Gradebook, names: Names) -> Changes:
    """What the last run that changed anything did: how many grades were new, and those that were there before."""
    found = list(changes(book, run=last_run(book)))
    changed: list[ChangeLine] = [
        {**names.entry(one.student, one.unit, one.why), "before": one.before, "after": one.after}
        for one in found
        if one.before
    ]
    return {"run": last_run(book), "new": len(found) - len(changed), "changed": changed}


def by_name(row: Row) -> tuple[str, str]:
    """The order of the table: by the name that is shown, without regard to case and accents."""
    name = unicodedata.normalize("NFKD", (row.student.name or row.student.id).casefold().translate(PLAIN))
    return "".join(c for c in name if not unicodedata.combining(c)), row.student.id


def doubtful(items: Iterable[Item]) -> list[Item]:
    """The items that something is odd about; those that stronger students miss come first."""
    found = [item for item in items if item.flag]
    return sorted(found, key=lambda item: (1.0 if item.discrimination is None else item.discrimination, item.id))


def unit_line(sheet: Sheet, column: int) -> UnitLine:
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


def student_line(row: Row, results: Results) -> StudentLine:
    return {
        "id": visible(row.student.id),
        "name": visible(row.student.name),
        "section": visible(row.student.section),
        "ta": visible(row.student.ta),
        "team": visible(row.student.team),
        "enrolled": row.student.enrolled,
        "total": shown(row.total),
        "out_of": shown(row.out_of),
        "percent": shown(None if row.share is None else row.share * 100),
        "notes": [visible(note) for note in row.notes],
        "units": {name: cell_line(cell, results.get((row.student.id, name))) for name, cell in row.cells.items()},
        "categories": {name: shown(None if share is None else share * 100) for name, share in row.shares.items()},
    }


def cell_line(cell: Cell, result: Result | None) -> CellLine:
    line: CellLine = {"state": cell.state, "earned": shown(cell.earned), "possible": shown(cell.possible)}
    if cell.note:
        line["note"] = cell.note
    if cell.work is not None:
        line["path"] = visible(cell.work.path)
        line["sha256"] = cell.work.sha256
        line["attempt"] = cell.work.attempt
        line["days_late"] = cell.days_late
    if result is not None:
        line["outcome"] = result["outcome"]
        if result["compared"]:
            line["max_error"] = result["max_error"]
        if result["measured"]:
            line["measured"] = result["measured"]
    return line


SUITE_FAULT = "a test of the suite failed by itself"


def ungraded(sheet: Sheet, results: Results, names: Names) -> list[Entry]:
    """Every counted unit that has no points, and why."""
    found = []
    for row in sheet.rows:
        for unit in sheet.units:
            if row.cells[unit.id].state == "ungraded":
                result = results.get((row.student.id, unit.id))
                reason = (result["note"] if result else "") or SUITE_FAULT
                found.append(names.entry(row.student.id, unit.id, reason))
    return found


def flagged(sheet: Sheet, results: Results, names: Names) -> list[Entry]:
    """Every counted unit that somebody should look at although it was graded, and why."""
    return [
        names.entry(row.student.id, unit.id, results[place]["flag"])
        for row in sheet.rows
        for unit in sheet.units
        if (place := (row.student.id, unit.id)) in results and results[place]["flag"]
    ]


def unsteady(book: Gradebook, sheet: Sheet, names: Names) -> list[Entry]:
    """Tests that ran out of time in one run and not in another of the same file."""
    histories = list(book.histories())
    if not histories:
        return []
    columns = {unit.id for unit in sheet.units}
    holders: dict[tuple[str, str], list[str]] = {}
    for work in kept.works(book):
        holders.setdefault((work.unit, work.sha256), []).append(work.student)
    found = []
    for unit, sha256, outcomes in histories:
        for test in sorted({name for one in outcomes for name in one}):
            if len({one.get(test) == "timeout" for one in outcomes}) > 1 and unit in columns:
                found += [names.entry(student, unit, test) for student in holders.get((unit, sha256), ())]
    return found


def item_line(item: Item, number: int = 0) -> ItemLine:
    return {
        "id": item.id,
        "unit": item.unit,
        "title": item.title,
        "stem": item.stem,
        "kind": "question" if item.choices else "test",
        "taken": item.taken,
        "missed": item.missed,
        "outcomes": dict(sorted(item.outcomes.items())),
        "resembles": [
            {"name": name, "count": n} for name, n in sorted(item.resembles.items(), key=lambda o: (-o[1], o[0]))[:3]
        ],
        "difficulty": item.difficulty,
        "discrimination": item.discrimination,
        "interval": list(item.interval),
        "flag": item.flag,
        "number": number,
    }


def distractor(item: Item, choice: Choice) -> Distractor:
    return {
        "question": item.title,
        "stem": item.stem,
        "unit": item.unit,
        "choice": choice.text,
        "answer": choice.source or choice.text,
        "count": choice.count,
        "taken": item.taken,
        "misconception": choice.misconception.replace("-", " "),
    }
