"""The class list as the LMS gave it: kept whole, so that grades go back in its own rows, columns and words.

    Canvas   the gradebook export: Student, ID, SIS ..., Section, then `Exercise 3 CutMix (88001)` for each assignment
    Moodle   the grading worksheet of one assignment: Identifier, ..., Grade, ..., Last modified (grade), comments

Moodle's columns are called in the words of its user's language.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.base.errors import UsageError
from grader.base.text import line
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student
from grader.report.gradebook.units import Unit

RECORD = ("identifier", "id", "identifiant", "identificador")
GRADE = ("grade", "bewertung", "note", "calificación")
MODIFIED = (
    "last modified (grade)", "zuletzt geändert (bewertung)", "dernière modification (note)",
    "última modificación (calificación)",
)  # fmt: skip
MAXIMUM = ("maximum grade", "bestwertung", "höchstbewertung", "note maximale", "calificación máxima")
COMMENTS = (
    "feedback comments", "feedback als kommentar", "feedback par commentaires", "comentarios de retroalimentación",
)  # fmt: skip
ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<number>\d+)\)")
NUMBERED = re.compile(r"(?:^|[\W_])(?:ex|exercise|aufgabe|übung|uebung|exercice|ejercicio)[\W_]*0*(\d{1,3})(?=$|[\W_])")
OURS = re.compile(r"ex0*(\d+)")


@dataclass(frozen=True)
class ClassList:
    """One file's header and rows; each row with the id of the student it is for, "" where it is for nobody."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def titles(self) -> list[str]:
        return [title.strip().casefold() for title in self.header]

    @property
    def kind(self) -> str:
        """`canvas`, `moodle`, or "" for a list that no grades can be put into."""
        if self.titles[:2] == ["student", "id"] or self.titles[:3] == ["lastname", "firstname", "id"]:
            return "canvas"
        if self.place(MODIFIED) is not None and self.place(GRADE) is not None and self.titles[0] in RECORD:
            return "moodle"
        return ""

    def place(self, names: Iterable[str]) -> int | None:
        """Where a column of one of these names stands."""
        return next((self.titles.index(name) for name in names if name in self.titles), None)

    def cell(self, row: tuple[str, ...], at: int | None) -> str:
        return row[at] if at is not None and at < len(row) else ""

    def renamed(self, named: Callable[[str], list[Student]]) -> "ClassList":
        """The list with its students under the ids that the term has them by."""
        found = [(student, named(student) if student else []) for student, _ in self.rows]
        ids = [whom[0].id if len(whom) == 1 else student for student, whom in found]
        return replace(self, rows=tuple((one, cells) for one, (_, cells) in zip(ids, self.rows, strict=True)))

    @property
    def assignments(self) -> list[int]:
        """Where Canvas's assignments stand: the columns with a number behind their title."""
        return [at for at, title in enumerate(self.header) if ASSIGNMENT.fullmatch(title.strip())]

    @property
    def points_possible(self) -> tuple[str, ...]:
        """Canvas's row of what each assignment is worth; empty if there is none."""
        return next((row for _, row in self.rows if row and row[0].strip().lower().startswith("points possible")), ())


def joined(lists: Sequence[ClassList]) -> ClassList:
    """The exports of a course's sections as one list; of exports with other columns the last one alone."""
    same = [one for one in lists if one.header == lists[-1].header]
    return replace(lists[-1], rows=tuple(dict.fromkeys(row for one in same for row in one.rows)))


def keep(book: Gradebook, listed: ClassList, unit: str = "") -> None:
    """Keeps a list in the gradebook, Moodle's under the unit whose worksheet it is."""
    book.put(f"list/{listed.kind}/{unit}", {"name": listed.name, "header": listed.header, "rows": listed.rows})


def kept(book: Gradebook, kind: str, unit: str = "") -> ClassList | None:
    """The list that an earlier run or this one kept."""
    found = book.setting(f"list/{kind}/{unit}")
    if found is None:
        return None
    rows = tuple((student, tuple(cells)) for student, cells in found["rows"])
    return ClassList(found["name"], tuple(found["header"]), rows)


def units_named(title: str, units: Iterable[Unit]) -> set[str]:
    """The units that a title mentions: by its id or title, its key as a word (`ex03`, `r1`), or `Exercise 3`."""
    name = title.strip().casefold()
    words = [word for word in re.split(r"[\W_]+", name) if word]
    numbers = {int(number) for number in NUMBERED.findall(name)}
    numbers |= {int(key[1]) for word in words if (key := OURS.fullmatch(word))}
    found = set()
    for unit in units:
        names = {unit.id.casefold(), unit.title.casefold()}
        own = OURS.fullmatch(unit.key.casefold())
        spelled = [word for word in re.split(r"[\W_]+", unit.id.casefold()) if word]
        spans = (words[at : at + len(spelled)] for at in range(len(words)))
        if (
            name in names
            or unit.key.casefold() in words
            or (own and int(own[1]) in numbers)
            or any(span == spelled for span in spans)
        ):
            found.add(unit.id)
    return found


def canvas_columns(listed: ClassList, units: Iterable[Unit], mapping: Mapping[str, str]) -> dict[str, int]:
    """The column of each unit: the one that `[lms]` of the course names by title or number, else by its own title.

    A unit that is mapped to "" has none. UsageError, with the sentence that maps, where one is ambiguous.
    """
    every = list(units)
    found: dict[str, int] = {}
    spoken = {at: units_named(bare(listed.header[at]), every) for at in listed.assignments}
    for unit in every:
        if unit.id in mapping:
            wanted = mapping[unit.id].strip()
            fitting = [at for at in listed.assignments if wanted in names_of(listed.header[at])]
            if wanted and len(fitting) != 1:
                what = "no assignment" if not fitting else "more than one assignment"
                raise refused(listed, unit, f"{what} is called {line(wanted)!r}, as `lms.map` says for {unit.key}")
            fitting = fitting if wanted else []
        else:
            fitting = [at for at, names in spoken.items() if unit.id in names]
            if not fitting:
                raise refused(listed, unit, f"no assignment's title names {unit.key}")
            if len(fitting) > 1:
                titles = " and ".join(line(listed.header[at], 60) for at in fitting)
                raise refused(listed, unit, f"{titles} may both be {unit.key}")
        for at in fitting:
            if other := next((other for other, place in found.items() if place == at), None):
                raise refused(listed, unit, f"{line(listed.header[at], 60)} may be {other} and {unit.id} alike")
            found[unit.id] = at
    return found


def bare(title: str) -> str:
    """An assignment's title without Canvas's number."""
    found = ASSIGNMENT.fullmatch(title.strip())
    return found["title"] if found else title


def names_of(title: str) -> Iterator[str]:
    """What `[lms]` may call a column: all of it, its title, its number."""
    yield title.strip()
    if found := ASSIGNMENT.fullmatch(title.strip()):
        yield from (found["title"].strip(), found["number"])


def refused(listed: ClassList, unit: Unit, what: str) -> UsageError:
    titles = ", ".join(line(listed.header[at], 60) for at in listed.assignments[:8]) or "none"
    advice = (
        f'say it in exercises/course.toml: [lms] map = {{{unit.key} = "title or number"}}; "" leaves {unit.key} out'
    )
    return UsageError(f"{what} (assignments: {titles})", listed.name, advice)


def worksheet_unit(
    listed: ClassList, units: Iterable[Unit], mapping: Mapping[str, str], now: Collection[str] = ()
) -> str:
    """Whose grading worksheet a Moodle list is: by `[lms]`, by the file's name, or because it came with one unit only.

    `now` are the units that came with it.

    "" where that is unknown.
    """
    every = list(units)
    stem = re.sub(r"\.\w+$", "", listed.name)
    mapped = [unit.id for unit in every if mapping.get(unit.id) and mapping[unit.id].casefold() in stem.casefold()]
    if len(mapped) == 1:
        return mapped[0]
    named = units_named(stem, every)
    if len(named) == 1:
        return named.pop()
    came = [unit.id for unit in every if unit.id in now] or [unit.id for unit in every]
    return came[0] if len(came) == 1 else ""


def without_id(listed: ClassList) -> Iterator[str]:
    """Who of the students in a list has no id in it."""
    at = 0 if listed.kind == "moodle" else listed.titles.index("id")
    name = 1 if listed.kind == "moodle" else 0
    for student, row in listed.rows:
        if student and not listed.cell(row, at).strip():
            yield listed.cell(row, name).strip() or student
