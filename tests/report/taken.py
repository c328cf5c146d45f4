"""What an intake takes of small folders and archives, for the tests of it."""

import io
import zipfile
from pathlib import Path

from grader.course.course import Course
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Units
from grader.report.intake.intake import Instructions, Intake
from grader.report.intake.roster import Roster, students_of

GOOD = "def double(x):\n    return 2 * x\n"


class Taken:
    """What an intake of some paths found, easy to compare."""

    def __init__(
        self,
        course: Path,
        book: Path,
        *paths: Path,
        roster: str = "",
        only: str | None = None,
        instructions: Instructions | None = None,
    ) -> None:
        units = Units(Course.load(course))
        with Gradebook.open(book) as gradebook:
            known = Roster(students_of(roster, "roster.csv")) if roster else None
            intake = Intake(units.exercises.values(), units.quizzes, known, gradebook, only, instructions)
            with intake.read_notebook:
                intake.take(*paths)
            self.works = intake.works()
            self.students = intake.students
            self.found = [(work.student, work.unit, gradebook.source(work.sha256).decode()) for work in self.works]
        self.names = [(student, unit) for student, unit, _ in self.found]
        self.refused = {(one.path, one.reason): one.student for one in intake.refusals}


def packed(files: dict[str, str | bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return raw.getvalue()
