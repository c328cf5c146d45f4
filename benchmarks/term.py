"""What one more week of a term costs: `python -m benchmarks.term [WEEKS] [STUDENTS] [STORED]`.

Each week's class is graded once into a gradebook of its own and once into that of the term: the second may not cost
more than the first. Then the same with STORED students a week whose results are there already, which leaves intake,
tables and pages, and so shows what grows with the term. CPU seconds first, wall seconds in brackets.
"""

import itertools
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.classroom import sources, stored_class, with_results
from grader.course.course import Course
from grader.report.gradebook.store import Gradebook
from grader.report.options import Options
from grader.report.run import report

KEYS = ("ex01", "ex02", "ex03", "ex14", "ex16", "ex18", "ex19", "ex22")


def lay_out(course: Course, folder: Path, weeks: int, students: int) -> list[Path]:
    """A folder for each week, with one exercise of every student, no two files alike."""
    found = []
    for week, key in zip(range(weeks), itertools.cycle(KEYS), strict=False):
        root = folder / f"week{week + 1}"
        for student, file, source in sources(course, students, (key,), seed=week):
            path = root / student / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{source}# week {week + 1}\n", encoding="utf-8")
        found.append(root)
    return found


def graded(course: Course, week: Path, out: Path) -> tuple[str, int]:
    """The seconds that taking in a week computes in this process, and those it takes; how many units it graded."""
    start, before = time.perf_counter(), computed()
    outcome = report(Options((week,), out, course, jobs=2, seed=1), lambda done, total: None)
    return f"{computed() - before:.1f} s ({time.perf_counter() - start:.1f} s)", outcome.graded_now


def computed() -> float:
    """CPU seconds of this process and of all that it has waited for, which grading processes are not."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    weeks, students, stored = (int(word) for word in [*sys.argv[1:], "4", "20", "200"][:3])
    course = Course.load(Path(__file__).parent.parent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"| week, {students} students | graded | alone | added to the term |\n|---|---|---|---|")
        for number, week in enumerate(lay_out(course, folder / "class", weeks, students), 1):
            alone, _ = graded(course, week, folder / f"alone{number}")
            added, units = graded(course, week, folder / "term")
            print(f"| {number} | {units} | {alone} | {added} |", flush=True)
        with Gradebook.open(folder / "template.sqlite") as book:
            stored_class(book, 1, 1)
            record = book.result("student0000/ex01_unit")
        assert record is not None
        print(f"\n| week, {stored} stored students | alone | added to the term |\n|---|---|---|")
        classes = lay_out(course, folder / "stored", len(KEYS), stored)
        big = folder / "big"
        big.mkdir()
        for number, week in enumerate(classes, 1):
            small = folder / f"small{number}"
            small.mkdir()
            for out in (small, big):
                with_results(course, week, out / "gradebook.sqlite", record[0], 1)
            alone, _ = graded(course, week, small)
            added, units = graded(course, week, big)
            print(f"| {number} | {alone} | {added} |", flush=True)
            assert not units, "all results were there"


if __name__ == "__main__":
    main()
