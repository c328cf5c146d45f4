"""What a roster says of a person beside the name: section, TA, team, and whether it is a student at all."""

import re
from dataclasses import replace

from grader.base.text import visible
from grader.report.gradebook.submissions import Student

ABOUT = {
    "section": ("section", "sections", "section name", "lab", "tutorial", "discussion", "groups", "übungsgruppe"),
    "ta": ("ta", "teaching assistant", "tutor", "tutorin", "tutor/in", "assistant"),
    "team": ("team", "team name", "project group", "group", "group name", "gruppe", "groupe", "grupo"),
    "role": ("role", "roles", "rolle", "rollen", "rôle", "rôles", "rol", "roles en el curso", "enrollment role"),
}
"""Columns that say something about a student who is named by another column."""
LEARNERS = ("student", "learner", "teilnehmer", "studierend", "étudiant", "etudiant", "estudiante", "participant")
STAFF = re.compile(
    r"teacher|instructor|\bta\b|assistant|observer|designer|reader|grader|professor|lecturer|manager|staff|tutor|admin"
    r"|trainer|dozent|lehr|enseignant|profesor|docente|auditor|gestor|betreuer|leiter"
)
TEST_USER = re.compile(r"student,? ?test|test ?student", re.IGNORECASE)
"""Canvas's own test student, by its name; it has no id of the institution and no address."""


def about(student: Student, header: list[str], row: list[str]) -> Student:
    """The student with section, team and TA, and with a role where it is that of no student."""
    titles = [title.casefold() for title in header]
    cells = [visible(value.strip()).replace("\n", " ") for value in row] + [""] * len(header)
    fields = {}
    for kind, names in ABOUT.items():
        found = (cells[titles.index(title)] for title in names if title in titles)
        fields[kind] = next(filter(None, found), "")
    role = fields["role"].casefold()
    staff = STAFF.search(role) and not any(word in role for word in LEARNERS)
    test = TEST_USER.fullmatch(student.name) and not student.email and "sid" not in student.fields
    role = fields["role"] if staff else "test user" if test else ""
    return replace(student, section=fields["section"], ta=fields["ta"], team=fields["team"], role=role)


def joined(one: Student, other: Student) -> Student:
    """A person who stands in a roster twice, as in two sections; who is a student in one of them is a student."""
    return replace(
        one,
        section=both(one.section, other.section),
        ta=both(one.ta, other.ta),
        team=both(one.team, other.team),
        role=one.role and other.role,
    )


def both(one: str, other: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (one, other))))
