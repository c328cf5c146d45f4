"""What was handed in, as the gradebook keeps it: students, works and refusals of the whole term."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Literal

from grader.report.gradebook.store import Gradebook, dumps

Kind = Literal["python", "notebook", "answers", "archive"]


@dataclass(frozen=True)
class Student:
    """One line of the gradebook. `fields` are what the roster knows, under our names; `columns` its own columns.

    `section`, `ta` and `team` are the roster's words. Whoever has a `role` is no student and gets no grades.
    """

    id: str
    name: str = ""
    email: str = ""
    enrolled: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    section: str = ""
    ta: str = ""
    team: str = ""
    role: str = ""


@dataclass(frozen=True)
class Work:
    """One attempt of one student at one unit. `sha256` is of what is graded, `notebook` of where that came from.

    `time` is in POSIX seconds, None if no trusted source recorded it; `clock` says whose record it is. `late` is the
    LMS's own mark where it has no time. `rule` says how the file was recognized, `likeness` that its name was not the
    one asked for. `files` are the sha256 of what lay beside it and travels with it, by name. `download` is what was
    given to the command, `delivery` its number in the gradebook, `name` the student's own name of the file.
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
    delivery: int = 0

    @property
    def content(self) -> str:
        """A sha256 of all that is graded: the file's own, or one over it and what travels with it."""
        if not self.files:
            return self.sha256
        return hashlib.sha256(dumps([self.sha256, self.files]).encode()).hexdigest()


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
    download: str = ""
    delivery: int = 0


def in_order(works: Iterable[Work]) -> list[Work]:
    """A student's works for one unit, in order and numbered from 1; the same content twice is one attempt.

    Handed in again at once, it has its first time, if that is known; after another attempt, it is the later one.
    """
    found: list[Work] = []
    for work in works:
        again = next((one for one in found if one.content == work.content), None)
        if again is not None and again is found[-1]:
            if not again.clock or (again.download, again.path) == (work.download, work.path):
                found[-1] = work
        else:
            found = [one for one in found if one is not again] + [work]
    return [replace(work, attempt=number) for number, work in enumerate(found, 1)]


def enroll(book: Gradebook, people: Iterable[Student]) -> None:
    """Keeps students, in the place of what was known of them; who is enrolled stays so."""
    for one in people:
        conflict = "REPLACE" if one.enrolled else "IGNORE"
        book.connection.execute(f"INSERT OR {conflict} INTO students VALUES (?, ?)", (one.id, dumps(asdict(one))))


def everybody(book: Gradebook) -> list[Student]:
    """All who are on the roster or handed something in, instructors and test users too."""
    found = [Student(**json.loads(data)) for (data,) in book.connection.execute("SELECT data FROM students")]
    return sorted(found, key=lambda student: (student.id.casefold(), student.id))


def remembered(path: Path) -> list[Student]:
    """Everybody whom a gradebook knows, which is read without a lock; nobody where there is none yet."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return [Student(**json.loads(data)) for (data,) in connection.execute("SELECT data FROM students")]
    except sqlite3.Error:
        return []


def students(book: Gradebook) -> list[Student]:
    """All students, by id without regard to case."""
    return [one for one in everybody(book) if not one.role]


def works(book: Gradebook) -> list[Work]:
    """Every attempt of the term, by student, unit and number; the same content handed in twice is one attempt."""
    rows = book.connection.execute("SELECT delivery, data FROM works ORDER BY student, unit, turn, place, delivery")
    every = (replace(Work(**json.loads(data)), delivery=delivery) for delivery, data in rows)
    return [work for _, some in groupby(every, lambda work: (work.student, work.unit)) for work in in_order(some)]


def refusals(book: Gradebook) -> list[Refusal]:
    """Every refusal, by delivery, student and path; one costs nothing where a later work for the unit is there."""
    rows = book.connection.execute("SELECT delivery, data FROM refusals ORDER BY student, path, delivery")
    every = [replace(Refusal(**json.loads(data)), delivery=delivery) for delivery, data in rows]
    latest = "SELECT student, unit, max(turn) FROM works GROUP BY student, unit"
    turns = {(student, unit): turn for student, unit, turn in book.connection.execute(latest)}
    return [replace(one, wanted=one.wanted and turns.get((one.student, one.unit), 0) <= one.delivery) for one in every]
