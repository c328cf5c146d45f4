"""From results to grades: which attempt counts, what lateness costs, what a student's total is out of.

All arithmetic is exact. A unit that was not handed in is *missing*, one that nobody could grade is *ungraded*: neither
is zero, so neither adds to a student's total nor to what that total is out of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from grader.base.errors import CourseError
from grader.base.toml import nearest
from grader.course.course import Grades
from grader.report.gradebook.late import Lateness, Policy
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.gradebook.units import Unit

Standings = Mapping[str, tuple[str, Fraction, Fraction]]


@dataclass(frozen=True)
class Cell:
    """One student's unit. `earned` is after the late policy and `raw` before it, None unless graded.

    `share` is earned over possible.
    """

    state: Literal["graded", "missing", "ungraded"]
    earned: Fraction | None = None
    possible: Fraction | None = None
    note: str = ""
    work: Work | None = None
    raw: Fraction | None = None
    late: Lateness = field(default_factory=Lateness)

    @property
    def days_late(self) -> int:
        return self.late.days

    @cached_property
    def share(self) -> Fraction | None:
        """Earned over possible; None unless graded."""
        if self.earned is None or not self.possible:
            return None
        return self.earned / self.possible


@dataclass(frozen=True)
class Row:
    """One student's cells by unit, the total and what it is out of (None where nothing counts)."""

    student: Student
    cells: Mapping[str, Cell]
    total: Fraction | None
    out_of: Fraction | None
    notes: tuple[str, ...]

    @property
    def share(self) -> Fraction | None:
        """The total over what it is out of."""
        return self.total / self.out_of if self.total is not None and self.out_of else None


@dataclass(frozen=True)
class Sheet:
    """The whole table: units in the course's order, what each is worth, one row per student."""

    units: tuple[Unit, ...]
    possible: Mapping[str, Fraction]
    rows: tuple[Row, ...]
    total: Fraction


@dataclass(frozen=True)
class Rules:
    """How grades are made: the late policy, which attempt counts, what missing means, weights and how many to drop."""

    late: Policy = field(default_factory=Policy)
    attempts: Literal["latest", "best"] = "latest"
    missing_zero: bool = False
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    drop_lowest: int = 0


def course_rules(grades: Grades, names: Mapping[str, str], where: str) -> tuple[dict[str, Fraction], int]:
    """Weights by unit and how many to drop, from `[grades]` of course.toml. CourseError for a unit that is none."""
    for name in grades.weights:
        if name.casefold() not in names:
            raise CourseError(f"`grades.weights`: there is no unit `{name}`", where, nearest(name, names))
    weights = {names[name.casefold()]: Fraction(str(value)) for name, value in grades.weights.items()}
    return weights, grades.drop_lowest


def sheet(
    units: Iterable[Unit],
    students: Iterable[Student],
    works: Iterable[Work],
    refusals: Iterable[Refusal],
    standings: Standings,
    rules: Rules,
) -> Sheet:
    """The table of a class."""
    columns = tuple(units)
    by_cell: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        by_cell.setdefault((work.student, work.unit), []).append(work)
    refused = {(r.student, r.unit): r for r in sorted(refusals, key=lambda one: one.wanted) if r.unit}
    possible: dict[str, Fraction] = {}
    for (_, name), attempts in by_cell.items():
        worth = [standings[w.key][2] for w in attempts if w.key in standings and standings[w.key][0] != "ungraded"]
        possible[name] = max([possible.get(name, Fraction(0)), *worth])
    rows = []
    for student in students:
        cells = {}
        for unit in columns:
            place = (student.id, unit.id)
            cell = select_attempt(
                [cell_of(work, standings, rules.late) for work in by_cell.get(place, ())], rules.attempts
            )
            cells[unit.id] = cell or absent(refused.get(place), possible.get(unit.id), rules.missing_zero)
        slipped = rules.late.slip({name: cell.late for name, cell in cells.items() if cell.raw is not None})
        cells = {name: told(cell, slipped.get(name)) for name, cell in cells.items()}
        rows.append(row(student, columns, cells, rules))
    weight = sum((rules.weights.get(unit.id, possible.get(unit.id, Fraction(0))) for unit in columns), Fraction(0))
    return Sheet(columns, possible, tuple(rows), weight)


def cell_of(work: Work, standings: Standings, late: Policy) -> Cell:
    """One attempt, judged and made cheaper by its lateness."""
    outcome, earned, possible = standings.get(work.key, ("ungraded", Fraction(0), Fraction(0)))
    if outcome == "ungraded":
        return Cell("ungraded", possible=possible or None, note="could not be graded", work=work)
    found = late.lateness(work.student, work.unit, work.time, work.clock, work.late)
    return Cell("graded", found.charge(earned), possible, work=work, raw=earned, late=found)


def told(cell: Cell, late: Lateness | None) -> Cell:
    """A cell with its price after slip days, and the arithmetic of it: `12.00 − 10 % (1 day late) = 10.80`."""
    if late is None or cell.raw is None:
        return cell
    earned = late.charge(cell.raw)
    days = f"{late.days} day{'s' if late.days != 1 else ''} late"
    if late.marked:
        days = f"marked late by {late.marked}, counted as 1 day"
    if late.slipped:
        days += f", {late.slipped} of them slip day{'s' if late.slipped != 1 else ''}"
    if late.cut_off:
        note = f"{shown(cell.raw)} − 100 % ({days}: after the cut-off) = {shown(earned)}"
    elif late.percent:
        note = f"{shown(cell.raw)} − {trimmed(late.percent)} % ({days}) = {shown(earned)}"
    elif late.days:
        note = days
    else:
        note = "time unknown, counted as on time" if late.unknown else ""
    return replace(cell, earned=earned, late=late, note=", ".join(filter(None, [note, cell.note])))


def trimmed(number: Fraction) -> str:
    """A percentage without needless zeros."""
    return shown(number).rstrip("0").rstrip(".")


def select_attempt(attempts: list[Cell], rule: str) -> Cell | None:
    """The attempt that counts; the earlier of two equal ones. None if there is no attempt."""
    if not attempts:
        return None
    graded = [cell for cell in attempts if cell.earned is not None]
    cell = attempts[-1] if rule == "latest" or not graded else max(graded, key=lambda one: one.earned or Fraction(0))
    if len(attempts) == 1 or cell.work is None:
        return cell
    notes = [cell.note, f"attempt {cell.work.attempt} of {len(attempts)}"]
    return replace(cell, note=", ".join(filter(None, notes)))


def absent(refusal: Refusal | None, possible: Fraction | None, zero: bool) -> Cell:
    """A unit without a work: missing, or handed in as a file that nobody can grade, which is worth nothing.

    Else it would pay to hand in a link in the place of a wrong answer.
    """
    note = f"not graded: {refusal.path} {refusal.reason}" if refusal else "missing"
    if refusal is not None and refusal.wanted and possible:
        return Cell("graded", Fraction(0), possible, note=note)
    if zero:
        return Cell("missing", Fraction(0), possible, note=f"{note}, counted as 0")
    return Cell("missing", possible=possible, note=note)


def row(student: Student, units: tuple[Unit, ...], cells: dict[str, Cell], rules: Rules) -> Row:
    """A student's line: the total over what counts, the lowest dropped."""
    notes = [f"{unit.key}: {cells[unit.id].note}" for unit in units if cells[unit.id].note]
    shares = []
    for unit in units:
        cell = cells[unit.id]
        if cell.share is not None and cell.possible is not None:
            shares.append((cell.share, rules.weights.get(unit.id, cell.possible), unit.key))
    dropped = sorted(shares, key=lambda one: one[0])[: max(0, min(rules.drop_lowest, len(shares) - 1))]
    kept = list(shares)
    for one in dropped:
        kept.remove(one)
        notes.append(f"{one[2]}: dropped")
    if not kept:
        return Row(student, cells, None, None, tuple(notes))
    total = sum((share * weight for share, weight, _ in kept), Fraction(0))
    return Row(student, cells, total, sum((weight for _, weight, _ in kept), Fraction(0)), tuple(notes))


@lru_cache(maxsize=16384)
def shown(number: Fraction | None) -> str:
    """Two decimals, halves rounded up, from the exact fraction; empty for None."""
    if number is None:
        return ""
    cents = (number * 100 + Fraction(1, 2)).__floor__()
    return f"{cents // 100}.{cents % 100:02d}"
