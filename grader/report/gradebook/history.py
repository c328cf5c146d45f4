"""What changed between two runs, for every student and unit, with the reason; kept for the whole term."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypedDict

from grader.report.gradebook.cells import Cell, shown
from grader.report.gradebook.grades import Sheet
from grader.report.gradebook.store import Gradebook, dumps

HEADER = ("run", "when", "student", "unit", "before", "after", "why")


@dataclass(frozen=True)
class Change:
    """One grade before and after a run, in words; `before` is empty where there was none. `when` may be unknown."""

    run: int
    when: str
    student: str
    unit: str
    before: str
    after: str
    why: str


class Snapshot(TypedDict):
    """What of a cell is compared with the next run's; fractions as text."""

    state: str
    earned: str | None
    words: str
    possible: str | None
    raw: str | None
    percent: str
    file: str | None
    download: str | None
    content: str | None
    attempt: int | None
    note: str
    decided: dict[str, object] | None


def record(book: Gradebook, sheet: Sheet, when: str) -> list[Change]:
    """Compares the sheet with the one of the last run and keeps what differs; the changes of this run."""
    run = book.connection.execute
    known = {(student, unit): json.loads(data) for student, unit, data in run("SELECT * FROM cells")}
    now = {(row.student.id, unit): snapshot(cell) for row in sheet.rows for unit, cell in row.cells.items()}
    last = run("SELECT coalesce(max(number), 0) FROM runs").fetchone()[0]
    found = []
    elsewhere = {unit for (unit,) in run("SELECT DISTINCT unit FROM works")} - {unit.id for unit in sheet.units}
    for place in sorted(known.keys() | now.keys()):
        before, after = known.get(place), now.get(place)
        if before == after or place[1] in elsewhere:  # what this run does not show, as with --only, has not changed
            continue
        if after is None:
            run("DELETE FROM cells WHERE student = ? AND unit = ?", place)
        else:
            run("INSERT OR REPLACE INTO cells VALUES (?, ?, ?)", (*place, dumps(after)))
        if words(before) != words(after) or decided(before) != decided(after):
            student, unit = place
            changed = words(before), words(after) or "taken out"
            found.append(Change(last + 1, when, student, unit, *changed, why(before, after)))
    noted = [
        one for one in found if (one.before or "missing") != "missing" or one.after not in ("missing", "taken out")
    ]
    if noted:
        run("INSERT INTO runs VALUES (?, ?)", (last + 1, dumps({"when": when})))
    for one in noted:
        data = dumps({name: value for name, value in asdict(one).items() if name in ("before", "after", "why")})
        run("INSERT INTO changes VALUES (?, ?, ?, ?)", (one.run, one.student, one.unit, data))
    return noted


def changes(book: Gradebook, students: Iterable[str] = (), run: int | None = None) -> Iterator[Change]:
    """The changes of the term, of some students or of one run only, oldest first."""
    wanted = set(students)
    rows = book.connection.execute(
        "SELECT run, runs.data, student, unit, changes.data FROM changes JOIN runs ON runs.number = run"
        " WHERE ? IS NULL OR run = ? ORDER BY run, student, unit", (run, run),
    )  # fmt: skip
    for number, about, student, unit, data in rows:
        if not wanted or student in wanted:
            yield Change(number, json.loads(about)["when"], student, unit, **json.loads(data))


def last_run(book: Gradebook) -> int:
    """The number of the last run that changed anything; 0 where none did."""
    return int(book.connection.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()[0])


def worth(path: Path) -> dict[str, Fraction]:
    """What each unit was out of in the last run, read without a lock; nothing where there is no gradebook yet."""
    if not path.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT unit, data FROM cells").fetchall()
    except sqlite3.Error:
        return {}
    found = {unit: json.loads(data)["possible"] for unit, data in rows}
    return {unit: Fraction(possible) for unit, possible in found.items() if possible}


def snapshot(cell: Cell) -> Snapshot:
    work = cell.work
    return {
        "state": cell.state,
        "earned": None if cell.earned is None else str(cell.earned),
        "words": in_words(cell),
        "possible": None if cell.possible is None else str(cell.possible),
        "raw": None if cell.raw is None else str(cell.raw),
        "percent": str(cell.late.percent),
        "file": work.path if work else None,
        "download": work.download if work else None,
        "content": work.content if work else None,
        "attempt": work.attempt if work else None,
        "note": cell.note,
        "decided": asdict(cell.adjustment) if cell.adjustment else None,
    }


def in_words(cell: Cell) -> str:
    """`10.80 of 12.00`, `missing`, `ungraded`, `excused`."""
    if cell.state == "excused" or cell.earned is None:
        return cell.state
    return f"{shown(cell.earned)} of {shown(cell.possible)}" if cell.possible else shown(cell.earned)


def words(one: Snapshot | None) -> str:
    return one["words"] if one else ""


def decided(one: Snapshot | None) -> dict[str, object] | None:
    return one["decided"] if one else None


def why(before: Snapshot | None, after: Snapshot | None) -> str:
    """The likeliest reason for a change, the instructor's own decisions first."""
    if after is None:
        return "no longer in the gradebook"
    if decided(before) != decided(after):
        return f"adjusted, {after['note']}" if after["decided"] else "an adjustment was taken back"
    earlier = before["content"] if before else None
    if after["content"] != earlier:
        if not after["content"]:
            return f"{before['file']} was taken out" if before else after["note"]
        what = f"attempt {after['attempt']} counts" if earlier else "handed in"
        return f"{what}: {after['file']} ({after['download']})"
    if before is None:
        return after["note"]
    if after["raw"] != before["raw"]:
        return "graded again"
    if after["percent"] != before["percent"]:
        return f"lateness: {after['note'] or 'on time'}"
    return after["note"] or "what the unit is out of has changed"
