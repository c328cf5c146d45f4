"""The term's roster: who was enrolled before, brought up to date by the class lists of this run.

A class list adds and updates; a student who is not on it stays enrolled, since each section may have its own list.
"""

from collections.abc import Iterable
from dataclasses import replace

from grader.report.gradebook.submissions import Student
from grader.report.intake.roster import Roster, plain

STRONG = ("student", "sid", "email", "github", "canvas_id")
"""Ids that stay a person's own all term; Moodle's participant number is another one for each assignment."""
PASSING = ("identifier",)


def term_roster(given: Iterable[Student], known: Iterable[Student]) -> tuple[Roster, list[Student]]:
    """The roster by which this run knows people, and everybody on it as the gradebook should keep them.

    Numbers and columns of an earlier list that hold for its assignment alone say nobody's name and no time any more.
    """
    people = {one.id: one for one in known if one.enrolled}
    register = Register(people.values())
    fresh: dict[str, Student] = {}
    for one in given:
        same = register.same(one)
        before = people[same] if same else None
        kept = renewed(before, one) if before else one
        people[kept.id] = kept
        register.add(kept)
        now = fresh.get(kept.id)
        fields = now.fields if now else without_passing(before) if before else {}
        columns = now.columns if now else {}
        fresh[kept.id] = replace(kept, fields=fields | one.fields, columns=columns | one.columns)
    stale = {
        name: replace(one, fields=without_passing(one), columns={}) for name, one in people.items() if name not in fresh
    }
    return Roster([fresh.get(name) or stale[name] for name in people]), list(people.values())


def without_passing(one: Student) -> dict[str, str]:
    return {kind: value for kind, value in one.fields.items() if kind not in PASSING}


def renewed(before: Student, one: Student) -> Student:
    """What is known of a student after one more list: its words win, and its blanks take nothing away."""
    return replace(
        one,
        id=before.id,
        name=one.name or before.name,
        email=one.email or before.email,
        fields=before.fields | one.fields,
        columns=before.columns | one.columns,
        section=one.section or before.section,
        ta=one.ta or before.ta,
        team=one.team or before.team,
        role=one.role or before.role,
    )


class Register:
    """The term's people by everything that stays their own."""

    def __init__(self, people: Iterable[Student]) -> None:
        self.known: dict[tuple[str, str], dict[str, Student]] = {}
        for one in people:
            self.add(one)

    def add(self, one: Student) -> None:
        """Takes in a person, or what is new of one."""
        for place in [("", one.id.casefold()), ("name", plain(one.name)), *strong(one)]:
            self.known.setdefault(place, {})[one.id] = one

    def same(self, one: Student) -> str:
        """The id of whom a line of a new list means: by an id, or by a name where both have no ids to compare."""
        for place in (("", one.id.casefold()), *strong(one)):
            if len(alike := self.known.get(place, {})) == 1:
                return next(iter(alike))
        shared = list(self.known.get(("name", plain(one.name)), {}).values()) if one.name else []
        apart = len(shared) == 1 and not {kind for kind, _ in strong(one)} & {kind for kind, _ in strong(shared[0])}
        return shared[0].id if apart else ""


def strong(one: Student) -> list[tuple[str, str]]:
    """A person's lasting ids, as they are compared."""
    return [(kind, plain(value)) for kind in STRONG if (value := one.fields.get(kind, ""))]
