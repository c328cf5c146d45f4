"""One student's unit: the attempt that counts, what lateness costs, and what the instructor decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from grader.base.text import counted, plural, visible
from grader.report.gradebook.adjust import Adjustment, exact
from grader.report.gradebook.late import Lateness, Policy
from grader.report.gradebook.submissions import Refusal, Work

Standings = Mapping[str, tuple[str, Fraction, Fraction]]
"""Outcome, points earned and possible, by the key of a result."""


@dataclass(frozen=True)
class Cell:
    """One student's unit. `earned` is what counts, None where there are no points, and `raw` what was graded.

    `adjustment` is what the instructor decided; `extra`: all that is earned is extra credit, on top of everything.
    """

    state: Literal["graded", "missing", "ungraded", "excused"]
    earned: Fraction | None = None
    possible: Fraction | None = None
    note: str = ""
    work: Work | None = None
    raw: Fraction | None = None
    late: Lateness = field(default_factory=Lateness)
    adjustment: Adjustment | None = None
    extra: bool = False

    @property
    def text(self) -> str:
        """The cell as a table has it: points, `EX` where the student is excused, or nothing."""
        return "EX" if self.state == "excused" else shown(self.earned)

    @property
    def days_late(self) -> int:
        return self.late.days

    @cached_property
    def share(self) -> Fraction | None:
        """Earned over possible; None where there are no points."""
        if self.earned is None or not self.possible:
            return None
        return self.earned / self.possible


def cell_of(work: Work, standings: Standings, late: Policy) -> Cell:
    """One attempt, judged and made cheaper by its lateness."""
    outcome, earned, possible = standings.get(work.key, ("ungraded", Fraction(0), Fraction(0)))
    if outcome == "ungraded":
        return Cell("ungraded", possible=possible or None, note="could not be graded", work=work)
    found = late.lateness(work.student, work.unit, work.time, work.clock, work.late)
    return Cell("graded", found.charge(earned), possible, work=work, raw=earned, late=found)


def with_lateness(cell: Cell, late: Lateness | None) -> Cell:
    """A cell with its price after slip days, and the arithmetic of it: `12.00 − 10 % (1 day late) = 10.80`."""
    if late is None or cell.raw is None:
        return cell
    earned = late.charge(cell.raw)
    days = f"{counted(late.days, 'day')} late"
    if late.marked:
        days = f"marked late by {late.marked}, counted as 1 day"
    if late.slipped:
        days += f", {late.slipped} of them {plural(late.slipped, 'slip day')}"
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
    """A unit without a work: missing, or submitted as a file that cannot be graded, which is worth nothing.

    Otherwise a link would be worth more than a wrong answer.
    """
    note = f"not graded: {refusal.path} {refusal.reason}" if refusal else "missing"
    if refusal is not None and refusal.wanted and possible:
        return Cell("graded", Fraction(0), possible, note=note)
    if zero:
        return Cell("missing", Fraction(0), possible, note=f"{note}, counted as 0")
    return Cell("missing", possible=possible, note=note)


def adjusted(cell: Cell, one: Adjustment | None) -> Cell:
    """A cell with what the instructor decided, and the sentence of it: `10.50 instead of 8.00: graded by hand`."""
    if one is None:
        return cell
    why = f": {one.reason.strip()}" if one.reason.strip() else ""
    points, more = exact(one.points), exact(one.extra)
    notes = [cell.note if points is None and not one.excused else ""]
    earned, state, alone = cell.earned, cell.state, False
    if one.excused:
        earned, state = None, "excused"
        notes.append(f"excused{why}")
    if points is not None:
        before = f" instead of {shown(cell.earned)}" if cell.earned is not None else ""
        earned, state = points, "graded"
        notes.append(f"{shown(points)}{before}{'' if more is not None else why}")
    if more is not None:
        alone = earned is None
        sign = "−" if more < 0 else "+"
        base = f"{shown(earned)} {sign} " if earned is not None else "" if more >= 0 else sign
        earned = max(Fraction(0), (earned or Fraction(0)) + more)
        what = "extra credit" if more >= 0 else "taken away"
        notes.append(f"{base}{shown(abs(more))} {what}{'' if alone else f' = {shown(earned)}'}{why}")
    if one.comment.strip():
        notes.append(f"comment: {one.comment.strip()}")
    note = ", ".join(filter(None, notes))
    return replace(cell, earned=earned, state=state, note=visible(note), adjustment=one, extra=alone)


@lru_cache(maxsize=16384)
def shown(number: Fraction | None) -> str:
    """Two decimals, halves rounded up, from the exact fraction; empty for None."""
    if number is None:
        return ""
    cents = (number * 100 + Fraction(1, 2)).__floor__()
    return f"{cents // 100}.{cents % 100:02d}"
