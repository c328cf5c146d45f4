"""What the instructor decides beside the grader: points, excuses, extra credit and comments, in a small TOML.

format = 1

[[adjust]]
student = "ann"                  # any id, name or e-mail of the roster
unit = "ex03"
points = 10.5                    # in the place of what was graded, after the late policy
reason = "the plot was graded by hand"

[[adjust]]
student = "bob@example.org"
unit = "ex03"
excused = true                   # counts neither for nor against
reason = "ill, with a certificate"

[[adjust]]
student = "carol"
unit = "r1"
extra = 1                        # on top of what was earned; below 0 it is taken away
comment = "A lovely proof."
reason = "bonus task"
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import key, nearest, parse_toml
from grader.report.gradebook.submissions import Student

HEAD = re.compile(r"\s*\[\[\s*adjust\s*\]\]")


@dataclass(frozen=True)
class Adjustment:
    """One decision about one student's unit. The student reads comment and reason."""

    student: str = key("any id, name or e-mail of the roster")
    unit: str = key("an exercise or quiz")
    points: float | None = key("what the unit is worth in the place of what was graded, lateness included", None,
                               least=0, most=1_000_000)  # fmt: skip
    excused: bool = key("whether the unit counts neither for nor against the student", False)
    extra: float | None = key("points on top of what was earned; below 0 they are taken away", None, least=-1_000_000,
                              most=1_000_000)  # fmt: skip
    comment: str = key("what the student reads beside the points", "")
    reason: str = key("why, for the student and the history; only a comment needs none", "")


@dataclass(frozen=True)
class AdjustFile:
    """The instructor's decisions."""

    format: int = key("version of this file's form", choices=(1,))
    adjust: tuple[Adjustment, ...] = key("one decision about one student's unit", ())


@dataclass(frozen=True)
class Adjustments:
    """The decisions of a text that came from `where`, in its order, with the line of each."""

    every: tuple[Adjustment, ...] = ()
    places: tuple[str, ...] = ()

    def problems(self, units: Mapping[str, str]) -> Iterator[UsageError]:
        """What is wrong whoever the students are."""
        for one, place in zip(self.every, self.places, strict=True):
            if one.unit.casefold() not in units:
                yield UsageError(f"there is no unit `{line(one.unit)}`", place, nearest(one.unit, units))
            if one.points is None and one.extra is None and not one.excused and not one.comment.strip():
                yield UsageError("decides nothing", place, "say points, excused = true, extra or comment")
            if one.excused and (one.points is not None or one.extra is not None):
                yield UsageError("is excused and has points", place, "what is excused counts not at all: leave one out")
            decides = one.points is not None or one.extra is not None or one.excused
            if decides and not one.reason.strip():
                yield UsageError("has no `reason`", place, "say why in a few words: the student reads it")

    def resolved(
        self,
        named: Callable[[str], list[Student]],
        students: Iterable[Student],
        units: Mapping[str, str],
        problems: list[UsageError],
    ) -> dict[tuple[str, str], Adjustment]:
        """The decisions by the ids of student and unit; `named` is whom a text may mean. Adds what is wrong."""
        everybody = list(students)
        exact = {student.id.casefold(): student for student in everybody}
        known = {text.casefold(): text for one in everybody for text in (one.id, one.name, one.email) if text}
        found: dict[tuple[str, str], Adjustment] = {}
        places: dict[tuple[str, str], str] = {}
        for one, place in zip(self.every, self.places, strict=True):
            if one.unit.casefold() not in units:
                continue
            means = exact.get(one.student.casefold())
            people = [means] if means else named(one.student)
            if len(people) != 1:
                ids = " and ".join(line(student.id) for student in people)
                what = (
                    f"`{line(one.student)}` fits {ids} alike"
                    if people
                    else f"there is no student `{line(one.student)}`"
                )
                advice = "write the id of one of them" if people else nearest(one.student.casefold(), known)
                problems.append(UsageError(what, place, advice))
                continue
            cell = people[0].id, units[one.unit.casefold()]
            if cell in found:
                what = f"decides about {line(one.student)} and {one.unit} a second time"
                problems.append(UsageError(what, place, f"the first is in {places[cell]}: make one of the two"))
            found[cell], places[cell] = one, place
        return found


def parse_adjustments(text: str, where: str) -> Adjustments:
    """The decisions of a text. UsageError with the line of what the form does not allow."""
    table = parse_toml(text, AdjustFile, where, UsageError)
    lines = [number for number, row in enumerate(text.splitlines(), 1) if HEAD.match(row)]
    located = len(lines) == len(table.adjust)
    places = [f"{where}:{lines[at]}" if located else f"{where}, entry {at + 1}" for at in range(len(table.adjust))]
    return Adjustments(table.adjust, tuple(places))


def read_text(path: Path) -> str:
    """The text of such a file. UsageError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"cannot be read: {reason}", line(str(path)), "check the path of the adjustments") from None


def exact(number: float | None) -> Fraction | None:
    """A number of the file as it was written."""
    return None if number is None else Fraction(str(number))
