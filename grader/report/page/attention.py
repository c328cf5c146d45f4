"""What the instructor should look at before believing a grade: times, guesses, names and files that were left out."""

from collections.abc import Callable, Iterable
from typing import Any

from grader.base.text import line, visible
from grader.report.gradebook.grades import Cell, Sheet
from grader.report.gradebook.submissions import Refusal, Work
from grader.report.gradebook.units import Unit

FEW = 3
TOGETHER = 300.0  # seconds
CODE = (".py", ".ipynb", ".pyw")


def suspicious_times(sheet: Sheet) -> list[str]:
    """What is odd about the times of a whole download, where a late policy rests on them."""
    downloads: dict[str, list[tuple[float | None, int, str]]] = {}
    for row in sheet.rows:
        for cell in row.cells.values():
            if cell.work is not None and cell.late.due is not None and not cell.late.unknown:
                one = cell.work.time, cell.late.days, cell.work.clock
                downloads.setdefault(cell.work.download, []).append(one)
    found = []
    for download, works in downloads.items():
        times = [time for time, _, _ in works if time is not None]
        where = f"of {line(download)} ({', '.join(sorted({clock for _, _, clock in works}))})"
        if len(times) >= FEW and max(times) - min(times) <= TOGETHER:
            found.append(
                f"all {len(times)} times {where} are within {TOGETHER / 60:g} minutes of each other: were these copied,"
                " or is this when the works were handed in?"
            )
        if len(works) >= FEW and all(days for _, days, _ in works):
            found.append(f"all {len(works)} works {where} are late: look at the deadline, its zone and the times")
    return found


def attention(sheet: Sheet, refusals: Iterable[Refusal]) -> dict[str, Any]:
    """The lists that stand on top of the page: files left out by student, guesses, names by likeness, unknown times."""
    every = list(refusals)
    names = {row.student.id: row.student.name for row in sheet.rows}
    keys = {unit.id: unit.key for unit in sheet.units}
    told = [one for one in every if not one.guess]
    return {
        "doubts": [*suspicious_times(sheet), *sheet.doubts],
        "refused": [entry(one, names, keys) for one in told if one.wanted],
        "left_out": [entry(one, names, keys) for one in sorted(told, key=weight) if not one.wanted],
        "guesses": [entry(one, names, keys) for one in every if one.guess],
        "likeness": works_of(sheet, lambda cell, work: work.likeness, lambda work: work.rule),
        "time_unknown": works_of(sheet, lambda cell, work: cell.late.unknown, lambda work: ""),
        "nothing": nothing(sheet, every),
    }


def entry(one: Refusal, names: dict[str, str], keys: dict[str, str]) -> dict[str, Any]:
    found = {"student": visible(one.student), "name": visible(names.get(one.student, "")), "path": visible(one.path)}
    return found | {"reason": visible(one.reason), "unit": keys.get(one.unit, one.unit), "wanted": one.wanted}


def weight(one: Refusal) -> tuple[int, str, str]:
    """What may be somebody's work comes first."""
    likely = bool(one.unit) or one.path.casefold().endswith(CODE) or "typed into" in one.reason
    return (0 if likely else 1, one.student, one.path)


def works_of(sheet: Sheet, wanted: Callable[[Cell, Work], bool], why: Callable[[Work], str]) -> list[dict[str, str]]:
    """Every counted work that is wanted, and why."""
    found = []
    for row in sheet.rows:
        for unit in sheet.units:
            cell = row.cells[unit.id]
            if cell.work is not None and wanted(cell, cell.work):
                who = {"student": visible(row.student.id), "name": visible(row.student.name)}
                found.append(who | {"unit": unit.key, "path": visible(cell.work.path), "reason": why(cell.work)})
    return found


def nothing(sheet: Sheet, refusals: list[Refusal]) -> list[str]:
    """Who really handed in nothing: no work, and no file that was left out."""
    busy = {one.student for one in refusals}
    return [
        row.student.id
        for row in sheet.rows
        if row.student.id not in busy and all(cell.work is None for cell in row.cells.values())
    ]


def file_notes(refusals: Iterable[Refusal]) -> list[str]:
    """What a student should know of their files that were not graded."""
    return [f"{visible(one.path)} {visible(one.reason)}" for one in refusals]


def elsewhere(refusals: Iterable[Refusal], units: Iterable[Unit]) -> list[Refusal]:
    """Files that may be work and belong to none of these units, which a report shows."""
    shown = {unit.id for unit in units}
    return [one for one in refusals if one.unit not in shown and (one.wanted or weight(one)[0] == 0)]
