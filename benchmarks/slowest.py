"""The slowest report that a few students can cause: `python -m benchmarks.slowest [STUDENTS] [PROCESSES]`.

Every student hands in, for every exercise, a file of its own that answers each question just before its time is up.
Prints the wall seconds of the whole report and what the slowest students' files had in all. Needs some minutes.
"""

import sys
import tempfile
import time
from pathlib import Path

from grader.course.course import carried_course
from grader.report.run import Options, report

SLOW = "import time\n\ntime.sleep({seconds})  # {student}\n"


def main(students: int = 5, processes: int = 2) -> None:
    course = carried_course()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for exercise in course.exercises.values():
            for number in range(students):
                file = root / "class" / f"s{number}" / exercise.id / exercise.file
                file.parent.mkdir(parents=True, exist_ok=True)
                text = SLOW.format(seconds=exercise.limits.seconds - 0.1, student=number)
                file.write_text(text, encoding="utf-8")
        start = time.perf_counter()
        options = Options((root / "class",), root / "out", course, jobs=processes, seed=1)
        done = report(options, lambda done, total: print(f"\r{done} of {total}", end="", file=sys.stderr))
        spent = time.perf_counter() - start
    print(
        f"\r{students} students, {len(course.folders)} exercises each, {processes} processes: {spent:.0f} s, "
        f"{done.graded_now} graded, {done.ungraded} ungraded"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
