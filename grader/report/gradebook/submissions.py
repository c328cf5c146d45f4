"""What was handed in, as the gradebook keeps it: works, refusals and students, replaced by each intake."""

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
    """One attempt of one student at one unit. `sha256` is of what is graded, `notebook` of where that came from."""

    student: str
    unit: str
    attempt: int
    path: str
    kind: Kind
    time: float | None
    sha256: str
    notebook: str = ""
    key: str = ""


@dataclass(frozen=True)
class Attempt:
    """A work in its place among others: `base` is what it was handed in with, `depth` how far down it lies there."""

    work: Work
    order: int
    base: tuple[int, str]
    depth: int


@dataclass(frozen=True)
class Refusal:
    """A file that is not graded, and why. `unit`: what it would have been for; `wanted`: the student may lose by it."""

    student: str
    path: str
    reason: str
    unit: str = ""
    wanted: bool = True


def numbered(attempts: list[Attempt]) -> list[Work]:
    """A student's works for one unit, numbered from 1 in the order of handing in; the same bytes twice are one attempt.

    Of two files handed in together the shallower is the later one, as `old/cutmix.py` was put aside, whatever its time.
    """

    def place(one: Attempt) -> tuple[int, float, int, str]:
        above = [other for other in attempts if other.base == one.base and other.depth < one.depth]
        time = min(attempt.work.time or 0.0 for attempt in (one, *above))
        return one.order, time, -one.depth, one.work.path

    seen: dict[str, Work] = {}
    for one in sorted(attempts, key=place):
        seen.setdefault(one.work.sha256, one.work)
    return [replace(work, attempt=number) for number, work in enumerate(seen.values(), 1)]


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
