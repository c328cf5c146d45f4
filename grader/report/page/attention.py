"""What the instructor should look at before believing a grade: times, guesses, names and files that were left out."""

from collections.abc import Callable, Iterable, Mapping

from grader.base.text import line, visible
from grader.report.gradebook.grades import Cell, Sheet
from grader.report.gradebook.submissions import Refusal, Work
from grader.report.gradebook.units import Unit
from grader.report.page.schema import Attention, Entry

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


class Names:
    """What students and units are called on the page."""

    def __init__(self, sheet: Sheet) -> None:
        self.students = {row.student.id: row.student.name for row in sheet.rows}
        self.units = {unit.id: unit.key for unit in sheet.units}

    def entry(self, student: str, unit: str, reason: str, path: str = "") -> Entry:
        """One line of a list."""
        return {
            "student": visible(student), "name": visible(self.students.get(student, "")), "path": visible(path),
            "reason": visible(reason), "unit": self.units.get(unit, unit),
        }  # fmt: skip


def attention(
    sheet: Sheet, refusals: Iterable[Refusal], causes: Mapping[tuple[str, str], str], names: Names
) -> Attention:
    """The lists that stand on top of the page: files left out by student, guesses, names by likeness, times.

    `causes` say why nothing of a counted work could be judged, by student and unit; empty where something was.
    """
    every = list(refusals)
    certain = [one for one in every if not one.guess]

    def refused(some: Iterable[Refusal]) -> list[Entry]:
        return [names.entry(one.student, one.unit, one.reason, one.path) for one in some]

    def works(reason: Callable[[Cell, Work], str]) -> list[Entry]:
        found = []
        for row in sheet.rows:
            for unit in sheet.units:
                cell = row.cells[unit.id]
                if cell.work is not None and (why := reason(cell, cell.work)):
                    found.append(names.entry(row.student.id, unit.id, why, cell.work.path))
        return found

    return {
        "doubts": [*suspicious_times(sheet), *sheet.doubts],
        "refused": refused(one for one in certain if one.wanted),
        "left_out": refused(one for one in sorted(certain, key=weight) if not one.wanted),
        "guesses": refused(one for one in every if one.guess),
        "likeness": works(lambda cell, work: work.rule or "a name like it" if work.likeness else ""),
        "unusable": works(lambda cell, work: causes.get((work.student, work.unit), "")),
        "late": works(lambda cell, work: cell.note if cell.late.days else ""),
        "time_unknown": works(lambda cell, work: "time unknown" if cell.late.unknown else ""),
        "nothing": nothing(sheet, every),
    }


def weight(one: Refusal) -> tuple[int, str, str]:
    """What may be somebody's work comes first."""
    likely = bool(one.unit) or one.path.casefold().endswith(CODE) or "typed into" in one.reason
    return (0 if likely else 1, one.student, one.path)


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
