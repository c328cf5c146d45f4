"""What belongs to a term, shown and taken out; and that a gradebook goes on with the course that it began with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import nearest
from grader.course.course import Course
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.deliveries import tidy
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Units
from grader.report.intake.roster import Roster


@dataclass(frozen=True)
class Held:
    """One delivery in the list: its name for `--forget`, the path that was given, and what it holds."""

    id: str
    name: str
    student: str
    taken: str
    students: int
    units: tuple[str, ...]
    works: int
    left_out: int


def with_units(course: Course) -> Units:
    """The units of a course. UsageError where there are none, before anything of a report is touched."""
    units = Units(course)
    if not course.folders and not units.quizzes:
        where = line(str(course.root))
        raise UsageError("holds no exercise and no quiz", where, "say --course DIR, the folder with exercises/ in it")
    return units


def same_course(book: Gradebook, units: Units) -> None:
    """Remembers what the course asks for. UsageError for another course than the one that the gradebook is of."""
    before: dict[str, list[str]] = book.setting("course") or {}
    used = {unit for (unit,) in book.connection.execute("SELECT DISTINCT unit FROM works")}
    now = {name: [one.file, one.title] for name, one in units.exercises.items()}
    now |= {name: ["", ""] for name in units.quizzes}
    there = {*units.exercises, *units.quizzes}
    course = line(str(units.course.root))
    lost = sorted(used - there)
    if lost:
        names = ", ".join(lost[:3])
        what = f"has no {names}, which this gradebook has work for, so it is another course or one of them was renamed"
        raise UsageError(what, course, f"say --course, choose another --out folder, or take it out: --forget {lost[0]}")
    other = [name for name in sorted(used & now.keys() & before.keys()) if changed(before[name], now[name])]
    if other:
        title = line(before[other[0]][1])
        what = f"is another course than this gradebook's: {other[0]} was `{title}` there"
        raise UsageError(what, course, "say --course, or choose another --out folder")
    if before and not before.keys() & there:
        raise UsageError("is another course than this gradebook's: no exercise or quiz of it is here", course,
                         "say --course, or choose another --out folder")  # fmt: skip
    book.put("course", before | now)


def changed(before: list[str], now: list[str]) -> bool:
    """Whether a unit of the same name is another one: it asks for another file and has another title."""
    return bool(before[0]) and before[0] != now[0] and before[1] != now[1]


def listing(book: Gradebook) -> list[Held]:
    """Every delivery of the term, in its order."""
    run = book.connection.execute
    found = []
    for number, name, student, taken in run("SELECT number, name, student, taken FROM deliveries ORDER BY number"):
        works = run("SELECT student, unit FROM works WHERE delivery = ?", (number,)).fetchall()
        left = run("SELECT count(*) FROM refusals WHERE delivery = ?", (number,)).fetchone()[0]
        units = tuple(sorted({unit.partition("_")[0] for _, unit in works}))
        found.append(Held(f"d{number}", name, student, taken, len({who for who, _ in works}), units, len(works), left))
    return found


def forget(book: Gradebook, names: Iterable[str], units: Units) -> None:
    """Takes out deliveries, units or students, by name; results stay. UsageError for a name of none, or of two."""
    run = book.connection.execute
    for name in names:
        found = meant(book, name, units)
        if len(found) != 1:
            kinds = " and ".join(f"{kind} {line(str(value))}" for kind, value in found)
            what = (
                f"--forget {line(name)} fits {kinds}"
                if found
                else f"--forget {line(name)}: the term holds no such thing"
            )
            advice = "write the number (d1, d2, …), the unit's or the student's whole id"
            raise UsageError(what, next=advice if found else suggestion(book, name))
        [(kind, value)] = found
        column = {"delivery": "delivery", "unit": "unit", "student": "student"}[kind]
        before = busy(book)
        for table in ("works", "refusals"):
            if column == "unit" and table == "refusals":
                run("DELETE FROM refusals WHERE json_extract(data, '$.unit') = ?", (value,))
            else:
                run(f"DELETE FROM {table} WHERE {column} = ?", (value,))
        if kind == "delivery":
            run("DELETE FROM deliveries WHERE number = ?", (value,))
        if kind == "student":
            run("DELETE FROM students WHERE id = ?", (value,))
        tidy(book, before)


def busy(book: Gradebook) -> set[str]:
    """Of whom the gradebook holds anything."""
    return {who for (who,) in book.connection.execute("SELECT student FROM works UNION SELECT student FROM refusals")}


def meant(book: Gradebook, name: str, units: Units) -> list[tuple[str, Any]]:
    """What a name may stand for: deliveries, a unit that there is work for, a student."""
    run = book.connection.execute
    deliveries = run("SELECT number, name FROM deliveries").fetchall()
    exact = [("delivery", number) for number, _ in deliveries if name == f"d{number}"]
    if exact:
        return exact
    found: list[tuple[str, Any]] = [
        ("delivery", number) for number, path in deliveries if name in (path, path.rpartition("/")[2])
    ]
    used = {unit for (unit,) in run("SELECT DISTINCT unit FROM works")}
    unit = units.names.get(name.casefold(), name)
    found += [("unit", unit)] if unit in used else []
    people = kept.everybody(book)
    same = [one for one in people if one.id == name] or Roster(people).named(name)
    return found + [("student", one.id) for one in same]


def suggestion(book: Gradebook, name: str) -> str:
    """What may have been meant by a name that fits nothing."""
    paths = [held.name for held in listing(book)]
    known = paths + [path.rpartition("/")[2] for path in paths] + [one.id for one in kept.everybody(book)]
    return nearest(name, known) or "`grader report --list` shows what belongs to the term"
