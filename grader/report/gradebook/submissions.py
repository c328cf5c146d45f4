"""What was handed in, as the gradebook keeps it: works, refusals and students, replaced by each intake."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from grader.report.gradebook.store import Gradebook, dumps

Kind = Literal["python", "notebook", "answers", "archive"]


@dataclass(frozen=True)
class Student:
    """One line of the gradebook. `fields` are what the roster knows, under our names; `columns` its own columns."""

    id: str
    name: str = ""
    email: str = ""
    enrolled: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """One attempt of one student at one unit. `sha256` is of what is graded, `notebook` of where that came from.

    `time` is in POSIX seconds, None if nobody trustworthy recorded it; `clock` says whose record it is. `late` is the
    LMS's own mark where it has no time. `rule` says how the file was recognized, `likeness` that its name was not the
    one asked for. `files` are the sha256 of what lay beside it and travels with it, by name. `download` is what was
    given to the command, `name` the student's own name of the file.
    """

    student: str
    unit: str
    attempt: int
    path: str
    kind: Kind
    time: float | None
    sha256: str
    notebook: str = ""
    key: str = ""
    rule: str = ""
    likeness: bool = False
    clock: str = ""
    late: bool = False
    download: str = ""
    files: dict[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def content(self) -> str:
        """A sha256 of all that is graded: the file's own, or one over it and what travels with it."""
        if not self.files:
            return self.sha256
        return hashlib.sha256(dumps([self.sha256, self.files]).encode()).hexdigest()


@dataclass(frozen=True)
class Attempt:
    """A work in its place among others: which download of the command, the LMS's number of the attempt.

    `aside`: it lies in a folder like `old/`; `depth` is how far down it lies in what the student handed in.
    """

    work: Work
    download: int
    order: int
    aside: bool
    depth: int

    def same(self, other: "Attempt") -> bool:
        """Whether both are graded alike."""
        return self.work.content == other.work.content

    @property
    def turn(self) -> tuple[int, float, int]:
        """When it was handed in: two files with the same turn were handed in together."""
        return self.download, self.work.time or 0.0, self.order

    @property
    def standing(self) -> tuple[bool, bool, bool, int, str]:
        """How likely it is what was meant among what was handed in together: the expected place and name win."""
        work = self.work
        return not self.aside, not work.likeness, work.kind != "notebook", -self.depth, work.path


@dataclass(frozen=True)
class Refusal:
    """A file that is not graded, and why. `unit`: what it would have been for; `wanted`: the student may lose by it.

    `guess`: it may as well have been the one that counts, or its owner is known by a name alone.
    """

    student: str
    path: str
    reason: str
    unit: str = ""
    wanted: bool = True
    guess: bool = False


@dataclass(frozen=True)
class Choice:
    """Of two files that one student handed in together for one unit, the one that counts; a `guess` if by chance."""

    student: str
    unit: str
    path: str
    other: str
    guess: bool


def numbered(attempts: list[Attempt]) -> tuple[list[Work], list[Choice]]:
    """A student's works for one unit, numbered from 1 in the order of handing in; the same bytes twice are one attempt.

    Of several files handed in together one is the attempt: never one that was put aside, and the choices say which.
    """
    turns: dict[tuple[int, float, int], list[Attempt]] = {}
    in_place = {one.download for one in attempts if not one.aside}
    put_aside = [one for one in attempts if one.aside and one.download in in_place]
    for one in attempts:
        if one not in put_aside:
            turns.setdefault(one.turn, []).append(one)
    found: list[Work] = []
    choices = []
    for turn in sorted(turns):
        *others, best = sorted(turns[turn], key=lambda one: one.standing)
        work = best.work
        choices += [Choice(work.student, work.unit, work.path, o.work.path, True) for o in others if not o.same(best)]
        again = next((one for one in found if one.content == work.content), None)
        if again is None or again is not found[-1]:
            found = [one for one in found if one is not again] + [work]
    choices += [Choice(one.work.student, one.work.unit, found[-1].path, one.work.path, False) for one in put_aside]
    return [replace(work, attempt=number) for number, work in enumerate(found, 1)], choices


def save(
    book: Gradebook,
    students: Iterable[Student],
    works: Iterable[Work],
    refusals: Iterable[Refusal],
    only: str | None = None,
) -> None:
    """Replaces what the gradebook knows of the class, or of the student `only`; results stay."""
    run = book.connection
    if only is None:
        for table in ("students", "works", "refusals"):
            run.execute(f"DELETE FROM {table}")
    else:
        for table in ("works", "refusals"):
            run.execute(f"DELETE FROM {table} WHERE student = ?", (only,))
    for student in students:  # who is enrolled stays so, even if the one late file names them differently
        conflict = "REPLACE" if only is None or student.enrolled else "IGNORE"
        run.execute(f"INSERT OR {conflict} INTO students VALUES (?, ?)", (student.id, dumps(asdict(student))))
    rows = [(w.student, w.unit, w.attempt, dumps(asdict(w)), w.key) for w in works]
    run.executemany("INSERT INTO works VALUES (?, ?, ?, ?, ?)", rows)
    run.executemany(
        "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?)", [(r.student, r.path, dumps(asdict(r))) for r in refusals]
    )


def students(book: Gradebook) -> list[Student]:
    """Everybody, by id without regard to case."""
    found = [Student(**json.loads(data)) for (data,) in book.connection.execute("SELECT data FROM students")]
    return sorted(found, key=lambda student: (student.id.casefold(), student.id))


def works(book: Gradebook) -> list[Work]:
    """Every work, by student, unit and attempt."""
    return [Work(**json.loads(data)) for (data,) in book.connection.execute("SELECT data FROM works")]


def refusals(book: Gradebook) -> list[Refusal]:
    """Every refusal, by student and path."""
    return [Refusal(**json.loads(data)) for (data,) in book.connection.execute("SELECT data FROM refusals")]
