"""What Gradescope's container runs: one submission through the report's own path, written as `results.json`.

A submission with nothing to grade earns 0 and gets a message. Where the grader, the course or the container fails,
no results are written and the exit code is not 0: Gradescope then shows a failed autograder, and nobody gets a 0.
"""

from __future__ import annotations

import json
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from grader.base.atomic import write_text
from grader.base.errors import GraderError, UsageError
from grader.base.isolation import isolate
from grader.base.temporary import TemporaryFolder
from grader.course.course import Course

if TYPE_CHECKING:
    from grader.report.handback.gradescope import Results, TestResult

STUDENT = "student"


def grade(root: Path) -> Results:
    """The results of `root/submission`. GraderError for a fault that is not the student's."""
    from grader.report.gradebook.store import Gradebook
    from grader.report.gradebook.units import Units
    from grader.report.handback.gradescope import gradescope_results
    from grader.report.options import Options
    from grader.report.page.contents import Contents
    from grader.report.run import report

    settings = json.loads((root / "source" / "units.json").read_text(encoding="utf-8"))
    worth = {name: Fraction(points) for name, points in settings["worth"].items()}
    course = Course.load(root / "source" / "course")
    with TemporaryFolder() as folder:
        handed_in = folder / "class" / STUDENT
        shutil.copytree(root / "submission", handed_in, symlinks=True)
        out = folder / "report"
        options = Options(
            (folder / "class",), out, course, only=tuple(worth), seed=settings["seed"], accept_weak=True,
            measurements=False,
        )  # fmt: skip
        try:
            outcome = report(options, lambda done, total: None)
        except UsageError as error:
            return nothing(error, worth)
        (row,) = [one for one in outcome.sheet.rows if one.student.id == STUDENT]
        failed = [name for name, cell in row.cells.items() if cell.state == "ungraded"]
        if failed:
            raise GraderError(f"{', '.join(failed)} could not be graded", next="; ".join(outcome.reasons))
        with Gradebook.open(out / "gradebook.sqlite") as book:
            contents = Contents(book, outcome.sheet, False, secret=Units(course).graded_quizzes)
            records, tiers = contents.plain_records(row), book.tiers()
        results = gradescope_results(row, outcome.sheet.units, records, worth)
    earned = sum((cell.earned or Fraction(0) for cell in row.cells.values()), Fraction(0))
    lines = [results.get("output", ""), f"seed {settings['seed']}, tier {', '.join(tiers)}" if tiers else ""]
    return results | {
        "score": float(earned), "output": "\n".join(filter(None, lines)), "visibility": "visible",
        "stdout_visibility": "hidden",
    }  # fmt: skip


def nothing(error: UsageError, worth: dict[str, Fraction]) -> Results:
    """Results for who handed in nothing that a unit asks for."""
    name = "Nothing to grade was found"
    test: TestResult = {
        "name": name, "score": 0.0, "max_score": float(sum(worth.values())), "status": "failed",
        "visibility": "visible",
    }  # fmt: skip
    return {"score": 0.0, "output": f"{name}: {error.next or error.what}", "output_format": "text",
            "stdout_visibility": "hidden", "tests": [test]}  # fmt: skip


def main() -> None:
    isolate()
    root = Path(sys.argv[1])
    from grader.report.handback.gradescope import written

    try:
        results = grade(root)
    except GraderError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    write_text(root / "results" / "results.json", written(results))


if __name__ == "__main__":
    main()
