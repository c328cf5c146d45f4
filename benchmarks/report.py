"""What a class report costs: `python -m benchmarks.report [--quick]` measures all rows and prints them.

The usual harness (one `python -m pytest` per submission, two at a time) runs before and after ours on the same machine,
so that the ratio is of one run. The table goes into benchmarks/RESULTS.md. Run it on a quiet machine.
"""

import argparse
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.classroom import stored_class, with_results, write_class
from benchmarks.speed import put
from grader.course.course import Course
from grader.report.gradebook.store import Gradebook
from grader.report.page.contents import Contents
from grader.report.run import Options, report

ROOT = Path(__file__).parent.parent
Row = tuple[str, str, str, bool | None]  # what, result, target, met
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def grade(course: Course, submissions: Path, out: Path, jobs: int, watch: Any = lambda done, total: None) -> float:
    """Wall seconds of a whole report."""
    start = time.perf_counter()
    report(Options((submissions,), out, course, jobs=jobs, seed=1), watch)
    return time.perf_counter() - start


def harness(course: Course, files: list[Path]) -> float:
    """Wall seconds of the usual harness on these files, two at a time."""

    def one(file: Path) -> None:
        suite = course.exercise(file.parent.name).suite
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "addopts=",
            "-q",
            "-p",
            "benchmarks.inprocess",
            str(suite),
            "--submission",
            str(file),
        ]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"the usual harness cannot run {file}:\n{done.stdout}")

    start = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, files))
    return time.perf_counter() - start


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    return [pid, *(one for child in children_of(pid) for one in family(child))]


def pss_mb(pid: int) -> float:
    """Proportional set size of a process tree in MB; what ended meanwhile counts 0."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def command_line(pid: int) -> bytes:
    """A process's arguments, nothing if it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Memory:
    """Watches a report: PSS of all processes that it started, per worker, after every fifth unit."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, float]] = []

    def __call__(self, done: int, total: int) -> None:
        if done % 5 == 0 and done < total - 4:
            workers = [pid for pid in family(os.getpid())[1:] if b"grading.worker" in command_line(pid)]
            if workers:
                self.seen.append((done, sum(map(pss_mb, children_of(os.getpid()))) / len(workers)))

    def near(self, done: int) -> float:
        """Largest of the nine measurements nearest to a number of units: while an examinee handles it shares pages."""
        nearest = sorted(self.seen, key=lambda one: abs(one[0] - done))[:9]
        return max(mb for _, mb in nearest)


def measured(course: Course, quick: bool, folder: Path) -> Iterator[Row]:
    """All rows, each as soon as it is known."""
    count, few, loops, grown = (60, 6, 2, 300) if quick else (300, 15, 6, 3000)

    write_class(course, folder / "class", count)
    files = sorted((folder / "class").glob("*/*/*.py"))
    sample = files[:: len(files) // few][:few]
    before = harness(course, sample)
    ours = grade(course, folder / "class", folder / "report", 2)
    after = harness(course, sample)
    theirs = (before + after) / (2 * len(sample))
    ratio = theirs / (ours / count)
    yield (f"usual harness, two processes, {2 * len(sample)} submissions", f"{1 / theirs:.2f} / s", "", None)
    yield (f"`grader report`, two workers, {count} submissions, start included", f"{count / ours:.2f} / s", "", None)
    yield ("ratio of the two", f"{ratio:.1f} ×", "≥ 20 ×", ratio >= 20)

    write_class(course, folder / "loops", count // 5, loops)
    two = Memory()
    looping = grade(course, folder / "loops", folder / "report-loops", 2, two)
    yield (f"the same with {loops} endless loops among {count // 5 + loops}", f"{looping:.0f} s", "", None)

    pairs = [f"{course.exercise(file.parent.name).suite}={file}" for file in sample]
    command = [sys.executable, "-m", "benchmarks.oneprocess", *pairs]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True)
    seconds, scenarios = done.stdout.rpartition("TOTAL")[2].split()
    allowed = (2 * float(seconds) + 0.025 * int(scenarios)) / len(sample)
    write_class(course, folder / "one", count // 3)
    alone = grade(course, folder / "one", folder / "report-one", 1) / (count // 3)
    one = Memory()
    grade(course, folder / "one", folder / "report-memory", 1, one)
    yield (
        "one worker, seconds per submission, start included",
        f"{alone:.2f} s",
        f"≤ {allowed:.2f} s: 2 × in-process + 25 ms per scenario",
        alone <= allowed,
    )
    yield (
        "PSS of examiner and zygote, one worker",
        f"{one.near(count // 3):.0f} MB",
        "≤ 900 MB",
        one.near(count // 3) <= 900,
    )
    yield ("PSS per worker, two workers", f"{two.near(count // 5):.0f} MB", "≤ 700 MB", two.near(count // 5) <= 700)
    more = 2 * two.near(count // 5) / one.near(count // 3)
    yield ("memory of two workers over that of one", f"{more:.2f} ×", "≤ 1.3 ×", more <= 1.3)

    write_class(course, folder / "many", grown, keys=("ex01",))  # another exercise would bring data of its own
    many = Memory()
    grade(course, folder / "many", folder / "report-many", 2, many)
    growth = many.near(grown) - many.near(100)
    name = f"growth per worker from 100 to {grown:,} units of one exercise"
    yield (name, f"{growth:.1f} MB", "< 20 MB", growth < 20)

    yield from reruns(course, folder)


def reruns(course: Course, folder: Path) -> Iterator[Row]:
    """An unchanged class again, and a large page from stored results."""
    write_class(course, folder / "again", 1000)
    out = folder / "report-again"
    with Gradebook.open(folder / "template.sqlite") as book:
        stored_class(book, 1, 1)
        template = book.result("student0000/ex01_unit")
    assert template is not None
    out.mkdir()
    with_results(course, folder / "again", out / "gradebook.sqlite", template[0], 1)
    command = [
        sys.executable,
        "-m",
        "grader",
        "report",
        str(folder / "again"),
        "--out",
        str(out),
        "--course",
        str(ROOT),
    ]
    times = []
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run(command, check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    again = statistics.median(times[1:])
    yield ("unchanged re-run of 1,000 units", f"{again:.2f} s", "≤ 2 s", again <= 2)
    for students in (250, 500, 1000):
        yield from pages(folder, students, students == 1000)


class Timed(Contents):
    """Contents that tell what the files for each student took."""

    spent = 0.0

    def write_student(self, *args: Any) -> None:
        start = time.perf_counter()
        super().write_student(*args)
        Timed.spent += time.perf_counter() - start


def pages(folder: Path, students: int, last: bool) -> Iterator[Row]:
    """What a report of stored results takes: the page with its charts, and apart from it the files for each student."""
    target = folder / f"page{students}"
    target.mkdir()
    with Gradebook.open(folder / f"stored{students}.sqlite") as book:
        table = stored_class(book, students, 25)
        Timed.spent, start = 0.0, time.perf_counter()
        Timed(book, table, (), True).fill(target)
        seconds = time.perf_counter() - start - Timed.spent
    size = (target / "report.html").stat().st_size / 1e6
    name = f"{students:,} × 25 stored results"
    goal, met = ("≤ 10 s, ≤ 5 MB", seconds <= 10 and size <= 5) if last else ("", None)
    yield f"report.html with its charts, {name}", f"{seconds:.1f} s, {size:.2f} MB", goal, met
    yield f"feedback files beside it, {name}", f"{Timed.spent:.1f} s", "", None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small numbers: does it run at all?")
    parser.add_argument("--stored", action="store_true", help="only the rows that grade nothing")
    parser.add_argument("--course", type=Path, default=ROOT, help="a course with ex01 to ex03")
    given = parser.parse_args()
    course = Course.load(given.course)
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = reruns(course, folder) if given.stored else measured(course, given.quick, folder)
        lines = [
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}."
        ]
        lines += ["", "| what | result | target | met |", "|---|---|---|---|"]
        for what, result, target, met in rows:
            lines.append(f"| {what} | {result} | {target} | {'' if met is None else 'yes' if met else 'no'} |")
            print(lines[-1], file=sys.stderr, flush=True)
    text = "\n".join(lines) + "\n"
    print(text)
    if not given.quick and not given.stored:
        put("report", f"## One class: `python -m benchmarks.report`\n\n{text}")


if __name__ == "__main__":
    main()
