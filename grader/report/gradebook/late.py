"""The late policy of one small TOML: what a late hand-in costs.

format = 1
deadline = 2026-03-01T23:59:00+01:00      # for every unit; leave it out where only some have one
grace_minutes = 15                        # late by no more than this costs nothing
percent_per_day = 10                      # of the points earned, for each day begun after the deadline

[deadlines]                               # units with a deadline of their own
ex03 = 2026-03-08T23:59:00+01:00

[extensions]                              # per student: days on top of every deadline, or a new deadline
alice = 3
bob = 2026-03-10T12:00:00+01:00
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from fractions import Fraction
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import key, nearest, parse_toml

DAY = 86400


@dataclass(frozen=True)
class Policy:
    """Deadlines in POSIX seconds; `extensions` hold days (int) or a deadline (float) by student."""

    deadline: float | None = None
    grace: float = 0.0
    percent: Fraction = Fraction(0)
    deadlines: Mapping[str, float] = field(default_factory=dict)
    extensions: Mapping[str, int | float] = field(default_factory=dict)
    zone: tzinfo | None = None

    def days_late(self, student: str, unit: str, time: float | None) -> int:
        """Days begun after the deadline, 0 in time or within the grace; 0 also where no time or deadline is known."""
        due = self.deadlines.get(unit, self.deadline)
        more = self.extensions.get(student.casefold(), 0)
        if isinstance(more, float):
            due = more if due is None else max(due, more)
        elif due is not None:
            due += more * DAY
        if due is None or time is None or time <= due + self.grace:
            return 0
        return math.ceil((time - due) / DAY)

    def share(self, days: int) -> Fraction:
        """What is left of the points after so many days."""
        return max(Fraction(0), 1 - days * self.percent / 100)


@dataclass(frozen=True)
class LateFile:
    """The late policy as a file has it."""

    format: int = key("version of this file's form", choices=(1,))
    deadline: datetime | None = key("when every unit is due; leave it out where only some have a deadline", None)
    grace_minutes: float = key("late by no more than this costs nothing", 0, least=0, most=100_000)
    percent_per_day: float = key(
        "of the points earned, for each day begun after the deadline", 0, least=0, most=100_000
    )
    deadlines: Mapping[str, datetime] = key("units with a deadline of their own", dict)
    extensions: Mapping[str, int | datetime] = key(
        "by student: days on top of every deadline, or a later deadline", dict, least=0, most=1000
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
    )


def require_students(policy: Policy, students: Iterable[str], where: str) -> None:
    """UsageError for an extension of a student nobody knows: most likely a slip of the pen."""
    known = {student.casefold(): student for student in students}
    for name in policy.extensions:
        if name not in known:
            raise UsageError(f"`extensions.{line(name)}`: there is no such student", where, nearest(name, known))
