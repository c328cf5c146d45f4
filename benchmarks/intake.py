"""How long one large Canvas download takes to be read: `python -m benchmarks.intake [STUDENTS] [FILES]`.

Once as the whole command with --dry-run, once as the intake of a report, into a gradebook; both with the class list,
and both again where one file of each student is a notebook. Without arguments the table goes into RESULTS.md.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.classroom import sources
from benchmarks.speed import ROOT, put
from benchmarks.term import computed
from grader.course.course import Course
from grader.report.collection import take_in
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Conditions, Units
from grader.report.options import Options

KEYS = ("ex01", "ex02", "ex03", "ex14", "ex16")
TARGETS = {"dry run": 10, "intake": 15}


def write_download(course: Course, path: Path, students: int, files: int, notebooks: bool) -> None:
    """A zip as Canvas makes it, with so many files of each student."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (student, file, source) in enumerate(sources(course, students * files, KEYS[:files])):
            stem = f"{student}_{20000 + number // files}_{700000 + number}_{file.stem}"
            if notebooks and number % files == 0:
                archive.writestr(f"{stem}.ipynb", notebook(source))
            else:
                archive.writestr(f"{stem}.py", source)


def notebook(source: str) -> str:
    """The source in a cell of its own, below a title and above a call."""
    code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Homework"}, code | {"source": source}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells, code | {"source": "1"}]})


def write_roster(path: Path, students: int) -> None:
    """The class list as Canvas exports it."""
    rows = [f'"S, {number:05d}",{20000 + number},n{number},s{number:05d},A\n' for number in range(students)]
    path.write_text("Student,ID,SIS User ID,SIS Login ID,Section\n" + "".join(rows), encoding="utf-8")


def dry_run(download: Path, roster: Path, folder: Path) -> tuple[float, int]:
    """Seconds of the whole command, and the files that it shows."""
    table, start = folder / "intake.csv", time.perf_counter()
    command = [sys.executable, "-m", "grader", "report", download, "--dry-run", "--csv", table, "--roster", roster]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start, len(table.read_text(encoding="utf-8-sig").splitlines()) - 1


def intake(course: Course, download: Path, roster: Path, folder: Path) -> tuple[float, int]:
    """Seconds that a report takes to keep everything in its gradebook, and the works that are there then."""
    start, units = time.perf_counter(), Units(course)
    with Gradebook.open(folder / "gradebook.sqlite") as book:
        with book.transaction():
            take_in(Options((download,), folder, course, (roster,)), book, units, Conditions(units, 1, "cpu"), None)
        return time.perf_counter() - start, len(kept.works(book))


def main() -> None:
    students, files = (int(word) for word in [*sys.argv[1:], "1000", "5"][:2])
    course = Course.load(ROOT)
    system = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [f"{students} students, {files} files each. {system}{busy} before.\n",
             "| what | files | seconds | of these computing | target |", "|---|---|---|---|---|"]  # fmt: skip
    for kind in ("all Python", "one a notebook"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            download, roster = folder / "submissions.zip", folder / "roster.csv"
            write_download(course, download, students, files, kind != "all Python")
            write_roster(roster, students)
            for what in TARGETS:
                before = computed()
                if what == "dry run":
                    seconds, count = dry_run(download, roster, folder)
                else:
                    seconds, count = intake(course, download, roster, folder)
                assert count == students * files, f"{count} files were taken"
                cpu = computed() - before
                lines.append(f"| {what}, {kind} | {count} | {seconds:.1f} | {cpu:.1f} | ≤ {TARGETS[what]} s |")
    text = "\n".join(lines) + "\n"
    print(text)
    if not sys.argv[1:]:
        put("intake", f"## One large download: `python -m benchmarks.intake`\n\n{text}")


if __name__ == "__main__":
    main()
