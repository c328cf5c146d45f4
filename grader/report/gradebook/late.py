"""The late policy of one small TOML: what a late hand-in costs.

format = 1
deadline = 2026-03-01T23:59:00+01:00      # for every unit; leave it out where only some have one
grace_minutes = 15                        # late by no more than this costs nothing
percent_per_day = 10                      # of the points earned, for each day begun after the deadline
most_percent = 50                         # and never more than this
cutoff_days = 7                           # what is later than this many days counts for nothing
slip_days = 4                             # days of each student, over all units, that cost nothing

[deadlines]                               # units with a deadline of their own
ex03 = 2026-03-08T23:59:00+01:00

[extensions]                              # per student: days on top of every deadline, or a new deadline
alice = 3
bob = 2026-03-10T12:00:00+01:00
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from fractions import Fraction
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import key, nearest, parse_toml
from grader.report.gradebook.submissions import Student

DAY = 86400


@dataclass(frozen=True)
class Lateness:
    """How late one work is: days begun after the deadline, those of them that slip days cover, and what it costs.

    `marked`: an LMS says so without a time, which counts as one day. `unknown`: no trusted source has the time.
    """

    days: int = 0
    slipped: int = 0
    percent: Fraction = Fraction(0)
    due: float | None = None
    marked: str = ""
    unknown: bool = False
    cut_off: bool = False

    def charge(self, earned: Fraction) -> Fraction:
        """What is left of the points."""
        return earned * (1 - self.percent / 100)


@dataclass(frozen=True)
class Policy:
    """Deadlines in POSIX seconds; `extensions` hold days (int) or a deadline (float) by student."""

    deadline: float | None = None
    grace: float = 0.0
    percent: Fraction = Fraction(0)
    deadlines: Mapping[str, float] = field(default_factory=dict)
    extensions: Mapping[str, int | float] = field(default_factory=dict)
    zone: tzinfo | None = None
    most: Fraction = Fraction(100)
    cutoff_days: int | None = None
    slip_days: int = 0

    def due(self, student: str, unit: str) -> float | None:
        """When a student has to hand in a unit; None if there is no deadline."""
        due = self.deadlines.get(unit, self.deadline)
        more = self.extensions.get(student.casefold(), 0)
        if isinstance(more, float):
            return more if due is None else max(due, more)
        return None if due is None else due + more * DAY

    def days_late(self, student: str, unit: str, time: float | None) -> int:
        """Days begun after the deadline, 0 in time or within the grace; 0 also where no time or deadline is known."""
        due = self.due(student, unit)
        if due is None or time is None or time <= due + self.grace:
            return 0
        return math.ceil((time - due) / DAY)

    def share(self, days: int) -> Fraction:
        """What is left of the points after so many days."""
        if self.cutoff_days is not None and days > self.cutoff_days:
            return Fraction(0)
        return 1 - min(days * self.percent, self.most, Fraction(100)) / 100

    def lateness(self, student: str, unit: str, time: float | None, clock: str = "", marked: bool = False) -> Lateness:
        """How late a work is. An LMS's mark without a time is one day, unless the student has an extension."""
        due = self.due(student, unit)
        if due is None:
            return Lateness()
        if time is None and marked and student.casefold() not in self.extensions:
            return self.cost(Lateness(1, due=due, marked=clock or "the LMS"))
        if time is None:
            return Lateness(due=due, unknown=marked or not clock)
        return self.cost(Lateness(self.days_late(student, unit, time), due=due))

    def cost(self, one: Lateness) -> Lateness:
        """The same with its price: slip days are no days late, but do not lift the cut-off."""
        cut_off = self.cutoff_days is not None and one.days > self.cutoff_days
        share = Fraction(0) if cut_off else self.share(one.days - one.slipped)
        return replace(one, percent=(1 - share) * 100, cut_off=cut_off)

    def slip(self, found: Mapping[str, Lateness]) -> dict[str, Lateness]:
        """A student's units with the slip days spent, on the earliest deadlines first."""
        left = self.slip_days
        spent = {}
        for unit, one in sorted(found.items(), key=lambda item: (item[1].due or 0.0, item[0])):
            used = min(left, one.days) if one.percent and not one.cut_off else 0
            left -= used
            spent[unit] = self.cost(replace(one, slipped=used)) if used else one
        return spent


@dataclass(frozen=True)
class LateFile:
    """The late policy as a file has it."""

    format: int = key("version of this file's form", choices=(1,))
    deadline: datetime | None = key("when every unit is due; leave it out where only some have a deadline", None)
    grace_minutes: float = key("late by no more than this costs nothing", 0, least=0, most=100_000)
    percent_per_day: float = key(
        "of the points earned, for each day begun after the deadline", 0, least=0, most=100_000
    )
    most_percent: float = key("of the points earned, however many days late", 100, least=0, most=100)
    cutoff_days: int | None = key("later than so many days counts for nothing; without it there is no such end", None,
                                  least=0, most=1000)  # fmt: skip
    slip_days: int = key("days late of each student, over all units, that cost nothing", 0, least=0, most=1000)
    deadlines: Mapping[str, datetime] = key("units with a deadline of their own", dict)
    extensions: Mapping[str, int | datetime] = key(
        "by student (any id, name or e-mail of the roster): days on top of every deadline, or a later deadline",
        dict,
        least=0,
        most=1000,
    )


def read_policy(path: Path, units: Mapping[str, str]) -> tuple[Policy, str]:
    """The policy of a file, and its text; `units` gives a unit's id for every name it has. Raises UsageError."""
    where = line(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"cannot be read: {reason}", where, "check the path of the late policy") from None
    return parse_policy(text, units, where), text


def parse_policy(text: str, units: Mapping[str, str], where: str) -> Policy:
    """The policy of a text. UsageError that names the key."""
    table = parse_toml(text, LateFile, where, UsageError)
    for name in table.deadlines:
        if name.casefold() not in units:
            raise UsageError(f"`deadlines`: there is no unit `{line(name)}`", where, nearest(name, units))
    return Policy(
        table.deadline.timestamp() if table.deadline else None,
        60.0 * table.grace_minutes,
        Fraction(str(table.percent_per_day)),
        {units[name.casefold()]: due.timestamp() for name, due in table.deadlines.items()},
        {name.casefold(): v if isinstance(v, int) else v.timestamp() for name, v in table.extensions.items()},
        next((due.tzinfo for due in (table.deadline, *table.deadlines.values()) if due), None),
        Fraction(str(table.most_percent)),
        table.cutoff_days,
        table.slip_days,
    )


def with_students(
    policy: Policy, named: Callable[[str], list[Student]], students: Iterable[Student], where: str
) -> Policy:
    """The policy with every extension under its student's id; `named` is whom a name, an id or an e-mail may mean.

    UsageError for an extension of nobody, or of two students alike: most likely a typing error.
    """
    everybody = list(students)
    extensions: dict[str, int | float] = {}
    for name, more in policy.extensions.items():
        exact = [student for student in everybody if student.id.casefold() == name]
        found = exact or named(name)
        if not found:
            known = {text.casefold(): text for one in everybody for text in (one.id, one.name, one.email) if text}
            near = nearest(name, known)
            raise UsageError(f"`extensions.{line(name)}`: there is no such student", where, near)
        if len(found) > 1:
            ids = " and ".join(line(one.id) for one in found)
            raise UsageError(f"`extensions.{line(name)}` fits {ids} alike", where, "write the id of one of them")
        extensions[found[0].id.casefold()] = more
    return replace(policy, extensions=extensions)
