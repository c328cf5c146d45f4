"""Who is in which group, from a CSV with a line for each member: groups hand in once and are credited each."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import nearest
from grader.report.gradebook.submissions import Student
from grader.report.intake.roster import Claim, Roster, meanings, plain, read_text, student_of, table_of

TITLES = ("group", "group name", "groupname", "team", "gruppe", "groupe", "grupo", "anonymous id", "anonymous")


def read_groups(path: Path, roster: Roster | None) -> dict[str, list[Student]]:
    """The members of every group, by its plain name. UsageError, with the line, for a member whom nobody knows."""
    where = line(str(path))
    text, _ = read_text(path, where, "the members")
    start, header, rows = table_of(text, where)
    titles = [title.casefold() for title in header]
    at = next((titles.index(title) for title in TITLES if title in titles), None)
    if at is None:
        raise UsageError("has no column that names a group", f"{where}:{start}", "name it `group`")
    meaning = {kind: place for kind, place in meanings(titles, rows).items() if place != at}
    found: dict[str, list[Student]] = {}
    for number, row in enumerate(rows, start + 1):
        if len(row) <= at or not row[at].strip():
            continue
        listed = student_of(header, meaning, row)
        if listed is None:
            raise UsageError("names a group without a member", f"{where}:{number}", "write one member in each line")
        members = found.setdefault(plain(row[at]), [])
        member = enrolled(listed, roster, f"{where}:{number}") if roster else listed
        if all(member.id != other.id for other in members):
            members.append(replace(member, team=member.team or row[at].strip()))
    alone = (name for name, members in found.items() if len(members) == 1)  # an anonymous name is no team
    return found | {name: [replace(found[name][0], team="")] for name in list(alone)}


def teams_of(roster: Roster) -> dict[str, list[Student]]:
    """The members of every team that the roster names, by its plain name; not where a student is called so, too."""
    found: dict[str, list[Student]] = {}
    for student in roster.students:
        if student.team and not roster.calls(student.team):
            found.setdefault(plain(student.team), []).append(student)
    return found


def new_teams(known: Iterable[Student], met: Iterable[Student]) -> list[Student]:
    """Those of the term's people whose team this run changes, with the new team."""
    teams = {one.id: one.team for one in met if one.enrolled and one.team}
    return [replace(one, team=teams[one.id]) for one in known if teams.get(one.id, one.team) != one.team]


def enrolled(listed: Student, roster: Roster, where: str) -> Student:
    """The student on the roster whom a line means."""
    names = [listed.id, *listed.fields.values()]
    student = roster.match(Claim(listed.id, tuple(listed.fields.items())))
    people = [student] if student else next((one for name in names if len(one := roster.named(name)) == 1), [])
    if not people:
        known = [one for each in roster.students for one in (each.id, each.name) if one]
        raise UsageError(f"{line(listed.id)} is nobody on the roster", where, nearest(listed.id, known))
    return people[0]
