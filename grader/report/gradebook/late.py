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

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.base.errors import UsageError
from grader.base.text import line

DAY = 86400
KEYS = ("format", "deadline", "grace_minutes", "percent_per_day", "deadlines", "extensions")


@dataclass(frozen=True)
class Policy:
    """Deadlines in POSIX seconds; `extensions` hold days (int) or a deadline (float) by student."""

    deadline: float | None = None
    grace: float = 0.0
    percent: Fraction = Fraction(0)
    deadlines: Mapping[str, float] = field(default_factory=dict)
    extensions: Mapping[str, int | float] = field(default_factory=dict)

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
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is not TOML: {error}", where) from None
    for key in table:
        if key not in KEYS:
            raise UsageError(f"unknown key `{line(key)}`", where, nearest(key, KEYS))
    if table.get("format") != 1:
        raise UsageError("`format` must be 1", where, "the first line is `format = 1`")
    for key in ("deadlines", "extensions"):
        if not isinstance(table.get(key, {}), dict):
            raise UsageError(f"`{key}` must be a table", where, f"write [{key}] and one line for each")
    deadlines = {}
    for name, value in table.get("deadlines", {}).items():
        if name.casefold() not in units:
            raise UsageError(f"there is no unit `{line(name)}`", where, nearest(name, units))
        deadlines[units[name.casefold()]] = moment(value, f"deadlines.{name}", where)
    extensions: dict[str, int | float] = {}
    for name, value in table.get("extensions", {}).items():
        days = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000
        extensions[name.casefold()] = value if days else moment(value, f"extensions.{name}", where)
    return Policy(
        moment(table["deadline"], "deadline", where) if "deadline" in table else None,
        60.0 * float(number(table.get("grace_minutes", 0), "grace_minutes", where)),
        number(table.get("percent_per_day", 0), "percent_per_day", where),
        deadlines,
        extensions,
    )


def require_students(policy: Policy, students: Iterable[str], where: str) -> None:
    """UsageError for an extension of a student nobody knows: most likely a slip of the pen."""
    known = {student.casefold(): student for student in students}
    for name in policy.extensions:
        if name not in known:
            raise UsageError(f"`extensions.{line(name)}`: there is no such student", where, nearest(name, known))


def moment(value: Any, key: str, where: str) -> float:
    """POSIX seconds of a TOML date-time, which must tell its zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        example = f"write {key.rpartition('.')[2]} = 2026-03-01T23:59:00+01:00"
        raise UsageError(f"`{key}` must be a date and time with an offset from UTC", where, example)
    return value.timestamp()


def number(value: Any, key: str, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100_000:
        raise UsageError(f"`{key}` must be a number from 0", where)
    return Fraction(str(value))


def nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean `{near[0]}`?" if near else ""
