"""From results to grades: which attempt counts, what lateness costs, what a student's total is out of.

All arithmetic is exact. A unit that was not handed in is *missing*, one that could not be graded is *ungraded*: neither
is zero, so neither adds to a student's total nor to what that total is out of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.base.text import line
from grader.report.gradebook.adjust import Adjustment, exact
from grader.report.gradebook.cells import Cell as Cell
from grader.report.gradebook.cells import Standings, absent, adjusted, cell_of, select_attempt, with_lateness
from grader.report.gradebook.cells import shown as shown
from grader.report.gradebook.late import Policy
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.gradebook.totals import ZERO, Group, Part, total_of
from grader.report.gradebook.units import Unit


@dataclass(frozen=True)
class Row:
    """One student's cells by unit, the total and what it is out of (None where nothing counts).

    `dropped` are units that do not count, `shares` those of the course's categories.
    """

    student: Student
    cells: Mapping[str, Cell]
    total: Fraction | None
    out_of: Fraction | None
    notes: tuple[str, ...]
    dropped: frozenset[str] = frozenset()
    shares: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def share(self) -> Fraction | None:
        """The total over what it is out of."""
        return self.total / self.out_of if self.total is not None and self.out_of else None


@dataclass(frozen=True)
class Sheet:
    """The whole table: units in the course's order, what each is worth, one row per student.

    `categories` are the course's, by name; `doubts` is what is odd about the rules.
    """

    units: tuple[Unit, ...]
    possible: Mapping[str, Fraction]
    rows: tuple[Row, ...]
    total: Fraction
    categories: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    missing_zero: bool = False


@dataclass(frozen=True)
class Rules:
    """How grades are made: the late policy, which attempt counts, what missing means, weights and how many to drop.

    `adjustments` are by the ids of student and unit.
    """

    late: Policy = field(default_factory=Policy)
    attempts: Literal["latest", "best"] = "latest"
    missing_zero: bool = False
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    drop_lowest: int = 0
    groups: tuple[Group, ...] = ()
    adjustments: Mapping[tuple[str, str], Adjustment] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


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
        cells = {name: with_lateness(cell, slipped.get(name)) for name, cell in cells.items()}
        cells = {name: adjusted(cell, rules.adjustments.get((student.id, name))) for name, cell in cells.items()}
        rows.append(row(student, columns, cells, rules))
    weights = {unit.id: rules.weights.get(unit.id, possible.get(unit.id, ZERO)) for unit in columns}
    return Sheet(
        columns,
        possible,
        tuple(rows),
        whole(weights, rules.groups),
        tuple(group.name for group in rules.groups),
        tuple(doubts(columns, rows, rules)),
        rules.missing_zero,
    )


def whole(weights: Mapping[str, Fraction], groups: tuple[Group, ...]) -> Fraction:
    """What the total is out of where everything counts."""
    if not groups:
        return sum(weights.values(), ZERO)
    there = [group for group in groups if group.units & weights.keys()]
    light = sum(
        (weights[unit] for group in there if group.weight is None for unit in group.units & weights.keys()), ZERO
    )
    return sum((group.weight for group in there if group.weight is not None), light)


def doubts(units: tuple[Unit, ...], rows: list[Row], rules: Rules) -> Iterator[str]:
    """What is odd about the rules: units in no category, points above what a unit is worth."""
    yield from rules.doubts
    lost = [unit.key for unit in units if rules.groups and not any(unit.id in group.units for group in rules.groups)]
    if lost:
        yield f"{', '.join(lost)} counts for nothing: it is in no category of course.toml"
    for row in rows:
        for unit in units:
            cell = row.cells[unit.id]
            points = exact(cell.adjustment.points) if cell.adjustment else None
            if points is None:
                continue
            who = f"{line(row.student.id)} {unit.key} was adjusted to {shown(points)}"
            if not cell.possible:
                yield f"{who}, but no graded work says what the unit is out of, so it does not count"
            elif points > cell.possible:
                yield f"{who}, which is more than its {shown(cell.possible)}: is that meant?"


def row(student: Student, units: tuple[Unit, ...], cells: dict[str, Cell], rules: Rules) -> Row:
    """A student's line: the total over what counts, without what is dropped."""
    parts = []
    for unit in units:
        cell = cells[unit.id]
        if cell.share is not None and cell.possible is not None:
            parts.append(Part(unit.id, cell.share, rules.weights.get(unit.id, cell.possible), cell.extra))
    groups = rules.groups or (Group("", frozenset(unit.id for unit in units), None, rules.drop_lowest),)
    total = total_of(parts, groups)
    notes = [f"{unit.key}: {cells[unit.id].note}" for unit in units if cells[unit.id].note]
    notes += [f"{unit.key}: dropped" for unit in units if unit.id in total.dropped]
    shares = total.shares if rules.groups else {}
    return Row(student, cells, total.earned, total.out_of, tuple(notes), total.dropped, shares)
