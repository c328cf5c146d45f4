"""What a class report costs: `python -m benchmarks.report [--quick]` measures all rows and prints them.

The usual harness (one `python -m pytest` per submission, two at a time) runs before and after ours on the same machine,
so that the ratio is of one run. The table goes into benchmarks/RESULTS.md. Run it on a quiet machine.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.classroom import stored_class, with_results, write_class
from benchmarks.speed import put
from grader.course import Course
from grader.report.contents import Contents
from grader.report.gradebook import Gradebook
from grader.report.run import Options, report

ROOT = Path(__file__).parent.parent
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
INPROCESS = """
import sys, time, pytest, torch, benchmarks.inprocess as plain
torch.set_num_threads(1); torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0).step()
asked = [0]; beside = plain.ask_beside
def counting(path, seed):
    ask, seen = beside(path, seed), set()
    def counted(question):
        asked[0] += question.digest() not in seen or question.fresh
        seen.add(question.digest())
        return ask(question)
    return counted
plain.ask_beside = counting
class Clock:
    spent = 0.0
    def pytest_runtest_logreport(self, report):
        self.spent += report.duration
for turn in (0, 1):
    clock, asked[0] = Clock(), 0
    for pair in sys.argv[1:]:
        suite, submission = pair.split("=")
        options = ["-o", "addopts=", "-q", "-q", "-p", "no:cacheprovider", "-p", "benchmarks.inprocess"]
        options += ["--submission", submission]
        pytest.main([*options, suite], plugins=[clock])
print("TOTAL", clock.spent, asked[0])
"""


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
        subprocess.run(
            command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )

    start = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, files))
    return time.perf_counter() - start


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


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


class Memory:
    """Watches a report: PSS per worker (examiner and zygote) after every tenth unit."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, float]] = []

    def __call__(self, done: int, total: int) -> None:
        if done % 10 == 0 and done < total - 4:
            workers = [
                pid for pid in family(os.getpid())[1:] if b"report.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
            if workers:
                self.seen.append((done, statistics.mean(map(pss_mb, workers))))

    def near(self, done: int) -> float:
        """Median of the five measurements nearest to a number of units."""
        nearest = sorted(self.seen, key=lambda one: abs(one[0] - done))[:5]
        return statistics.median(mb for _, mb in nearest)


def measured(course: Course, quick: bool, folder: Path) -> list[tuple[str, str, str, bool | None]]:
    """Rows of (what, result, target, met)."""
    rows: list[tuple[str, str, str, bool | None]] = []
    count, few, loops, grown = (60, 6, 2, 300) if quick else (300, 15, 6, 3000)

    write_class(course, folder / "class", count)
    files = sorted((folder / "class").glob("*/*/*.py"))
    sample = files[:: len(files) // few][:few]
    before = harness(course, sample)
    two = Memory()
    ours = grade(course, folder / "class", folder / "report", 2, two)
    after = harness(course, sample)
    theirs = (before + after) / (2 * len(sample))
    ratio = theirs / (ours / count)
    rows.append((f"usual harness, two processes, {2 * len(sample)} submissions", f"{1 / theirs:.2f} / s", "", None))
    rows.append(
        (f"`grader report`, two workers, {count} submissions, start included", f"{count / ours:.2f} / s", "", None)
    )
    rows.append(("ratio of the two", f"{ratio:.1f} ×", "≥ 20 ×", ratio >= 20))

    write_class(course, folder / "loops", count // 5, loops)
    looping = grade(course, folder / "loops", folder / "report-loops", 2)
    rows.append((f"the same with {loops} endless loops among {count // 5 + loops}", f"{looping:.0f} s", "", None))

    pairs = [f"{course.exercise(file.parent.name).suite}={file}" for file in sample]
    done = subprocess.run(
        [sys.executable, "-c", INPROCESS, *pairs], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    seconds, scenarios = done.stdout.rpartition("TOTAL")[2].split()
    allowed = (2 * float(seconds) + 0.025 * int(scenarios)) / len(sample)
    write_class(course, folder / "one", count // 3)
    one = Memory()
    alone = grade(course, folder / "one", folder / "report-one", 1, one) / (count // 3)
    rows.append(
        (
            "one worker, seconds per submission, start included",
            f"{alone:.2f} s",
            f"≤ {allowed:.2f} s: 2 × in-process + 25 ms per scenario",
            alone <= allowed,
        )
    )
    rows.append(
        (
            "PSS of examiner and zygote, one worker",
            f"{one.near(count // 3):.0f} MB",
            "≤ 900 MB",
            one.near(count // 3) <= 900,
        )
    )
    rows.append(("PSS per worker, two workers", f"{two.near(count):.0f} MB", "≤ 700 MB", two.near(count) <= 700))

    write_class(course, folder / "many", grown)
    many = Memory()
    grade(course, folder / "many", folder / "report-many", 2, many)
    growth = many.near(grown) - many.near(100)
    rows.append((f"growth per worker from 100 to {grown:,} units", f"{growth:.1f} MB", "< 20 MB", growth < 20))

    rows += reruns(course, folder)
    return rows


def reruns(course: Course, folder: Path) -> list[tuple[str, str, str, bool | None]]:
    """An unchanged class again, and a large page from stored results."""
    rows: list[tuple[str, str, str, bool | None]] = []
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
    rows.append(("unchanged re-run of 1,000 units", f"{again:.2f} s", "≤ 2 s", again <= 2))
    for students in (250, 500, 1000):
        with Gradebook.open(folder / f"stored{students}.sqlite") as book:
            table = stored_class(book, students, 25)
            target = folder / f"page{students}"
            target.mkdir()
            start = time.perf_counter()
            Contents(book, table, (), True).fill(target)
            seconds = time.perf_counter() - start
        size = (target / "report.html").stat().st_size / 1e6
        last = students == 1000
        text = f"{seconds:.1f} s, {size:.2f} MB"
        goal = "≤ 10 s, ≤ 5 MB" if last else ""
        rows.append(
            (
                f"page, feedback and charts of {students} × 25 stored results",
                text,
                goal,
                seconds <= 10 and size <= 5 if last else None,
            )
        )
    return rows


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
    head = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}."
    lines = [head, "", "| what | result | target | met |", "|---|---|---|---|"]
    lines += [
        f"| {what} | {result} | {target} | {'' if met is None else 'yes' if met else 'no'} |"
        for what, result, target, met in rows
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if not given.quick and not given.stored:
        put("report", f"## One class: `python -m benchmarks.report`\n\n{text}")


if __name__ == "__main__":
    main()
