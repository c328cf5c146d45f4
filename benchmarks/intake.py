"""How long a dry run of one large Canvas download takes: `python -m benchmarks.intake [STUDENTS] [FILES]`."""

import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.classroom import sources
from grader.course.course import Course
from grader.report.collection import dry_run
from grader.report.options import Options

KEYS = ("ex01", "ex02", "ex03", "ex14", "ex16")


def write_download(course: Course, path: Path, students: int, files: int) -> None:
    """A zip as Canvas makes it, with so many files of each student."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (student, file, source) in enumerate(sources(course, students * files, KEYS[:files])):
            archive.writestr(f"{student}_{20000 + number // files}_{700000 + number}_{file.name}", source)


def main() -> None:
    students, files = (int(word) for word in [*sys.argv[1:], "1000", "5"][:2])
    course = Course.load(Path(__file__).parent.parent)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "submissions.zip"
        write_download(course, path, students, files)
        start = time.perf_counter()
        lines = dry_run(Options((path,), Path(folder) / "out", course))
        print(f"{len(lines)} files of {students} students read in {time.perf_counter() - start:.1f} s, nothing graded")


if __name__ == "__main__":
    main()
