"""From what the LMS gave to one copy per (student, unit, attempt): files are copied as bytes, never imported or run.

    intake = Intake(course_units, roster, keep=gradebook.keep_source)
    intake.take(Path("submissions/"))
    intake.works, intake.refusals, intake.students
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course import Exercise
from grader.errors import SubmissionError, UsageError
from grader.report.archive import Archive
from grader.report.disposable import SOURCE_CAP, ask
from grader.report.folder import ARCHIVE_CAP, Entry, Folder
from grader.report.lms import METADATA, Handin, handins
from grader.report.naming import Kind, Match, Naming
from grader.report.roster import Claim, Roster, Student
from grader.report.safe import line, visible

NESTING = 2


@dataclass(frozen=True)
class Work:
    """One attempt of one student at one unit. `sha256` is what is graded; `notebook` that of the notebook it came from."""

    student: str
    unit: str
    attempt: int
    path: str
    kind: Kind
    time: float | None
    sha256: str
    notebook: str = ""


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken and why. `wanted`: some unit had asked for it, so the student may lose by it."""

    student: str
    path: str
    reason: str
    wanted: bool = True


class Intake:
    """Collects works and refusals from one or more paths; `keep` stores a file's bytes and answers their sha256."""

    def __init__(
        self,
        exercises: Iterable[Exercise],
        quizzes: Iterable[str],
        roster: Roster | None,
        keep: Callable[[bytes], str],
        notebook: Callable[[bytes], str | SubmissionError],
        only: str = "",
    ) -> None:
        self.exercises = {exercise.id: exercise for exercise in exercises}
        self.naming = Naming(self.exercises.values(), quizzes)
        self.stubs = {e.id: e.stub.read_bytes() for e in self.exercises.values() if e.stub.is_file()}
        self.roster = roster
        self.keep = keep
        self.notebook = notebook
        self.only = only
        self.works: list[Work] = []
        self.refusals: list[Refusal] = []
        self.students: dict[str, Student] = {}
        self.orders: dict[tuple[str, str], list[tuple[Any, ...]]] = {}

    def take(self, path: Path) -> None:
        """Takes in a folder or a zip. UsageError if it is missing, empty, or names two students alike."""
        where = line(str(path))
        if path.is_dir():
            self.open(Folder(path), path.name, where)
        elif path.suffix.casefold() == ".zip" and path.is_file():
            try:
                self.open(Archive(path, where), path.stem, where)
            except SubmissionError as error:
                raise UsageError(error.what, where, "download it from the LMS again") from None
        elif path.exists():
            raise UsageError("is neither a folder nor a .zip", where, "give the folder of submissions or the LMS's zip")
        else:
            raise UsageError("no such file or folder", where, "give the folder of submissions or the LMS's zip")
