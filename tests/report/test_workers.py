"""Grading processes that die, are stopped, or lose their parent."""

import hashlib
import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Units
from grader.report.grading.workers import Job, Setup, Workers

from .conftest import CLASS, RIGHT, Lay, answers, run

ANSWERS = answers(sum=["two"], even=["a", "b", "c"]).encode()


class Mortal(Workers):
    """Workers of which the first few are killed as soon as they have something to do."""

    deaths = 0

    def start(self, waiting: "deque[Job]", source: Callable[[str], bytes]) -> None:
        super().start(waiting, source)
        if self.deaths and self.processes:
            self.deaths -= 1
            self.processes[-1].process.kill()


@pytest.mark.parametrize("deaths, outcome", [(0, "passed"), (1, "passed"), (2, "ungraded")])
def test_a_dead_worker_is_replaced(course: Path, deaths: int, outcome: str) -> None:
    """A unit whose worker died is tried once more, then left ungraded with a note; it is never zero."""
    units = Units(Course.load(course))
    job = Job("key", "r1-basics", hashlib.sha256(ANSWERS).hexdigest(), "r1-basics.json")
    with Mortal(Setup(course), units, 1) as workers:
        workers.deaths = deaths
        ((done, answer),) = list(workers.grade([job], lambda sha256: ANSWERS))
    assert done == job and answer["record"]["outcome"] == outcome
    assert ("died twice" in answer["record"]["note"]) == (outcome == "ungraded")


STOPPED = """
import os, signal, sys
from grader.commands import report
from grader.cli import main

class Meter(report.Meter):
    def __call__(self, done, total):
        if done == 2:
            signal.raise_signal(signal.SIGINT)

report.Meter = Meter
sys.argv = ["grader", "report", *sys.argv[1:]]
main()
"""


def test_ctrl_c_keeps_what_is_finished(course: Path, tmp_path: Path, lay: Lay) -> None:
    """An interrupted run says so, exits with 130, and the next one goes on after its results."""
    one = lay("class", {f"s{n}/answers/r1-basics.json": answers(sum=["two"], even=list("abcd"[:n])) for n in range(4)})
    command = [
        sys.executable,
        "-c",
        STOPPED,
        str(one),
        "--out",
        str(tmp_path / "r"),
        "--course",
        str(course),
        "--jobs",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130 and "the same command goes on from there" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    with Gradebook.open(tmp_path / "r" / "gradebook.sqlite") as book:
        assert len(book.finished()) == 2
    again = run(one, "--out", tmp_path / "r", "--course", course, "--jobs", 1)
    assert again.returncode == 0 and "2 graded now" in again.stdout


KILLED = """
import os, sys
from pathlib import Path
from grader.course.course import Course
from grader.report.run import Options, report

def family(pid):
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(child)
    return found

def die(done, total):
    print(*family(os.getpid())[1:], flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), 9)

report(Options((Path(sys.argv[1]),), Path(sys.argv[2]), Course.load(Path(sys.argv[3])), seed=1), die)
"""


def test_nothing_is_left_running(course: Path, tmp_path: Path, lay: Lay) -> None:
    """When a report is killed, its workers and their zygotes end with it; the next run goes on after its results."""
    one = lay(
        "class",
        {"a/double.py": CLASS["alice/ex02_double/double.py"], "b/double.py": "def double(x):\n    while True: pass\n"},
    )
    command = [sys.executable, "-c", KILLED, str(one), str(tmp_path / "r"), str(course)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        pids = [int(word) for word in process.stdout.readline().split()]
        handles = [os.pidfd_open(pid) for pid in pids]
        process.stdin.write("\n")
        process.stdin.flush()
        process.wait()
    assert len(pids) >= 2, "a worker and a zygote"
    for handle in handles:
        assert select.select([handle], [], [], 60)[0], "a process outlived the report"
        os.close(handle)
    again = run(one, "--out", tmp_path / "r", "--course", course, "--jobs", 1)
    assert again.returncode == 0 and "1 graded now, seed 1" in again.stdout, again.stderr


def test_nothing_in_a_students_folder_is_imported(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A report that is started inside a student's folder runs nothing of it outside an examinee."""
    planted = "open(__import__('os').environ['HOME'] + '/planted', 'a').write('ran')\nraise SystemExit(9)\n"
    names = ("numpy.py", "pytest.py", "json.py", "torch.py", "sqlite3.py", "sitecustomize.py")
    one = lay("class", {f"alice/{name}": planted for name in names} | {"alice/mean_row.py": RIGHT})
    start = "import sys; sys.path[:] = [p for p in sys.path if p]; from grader.cli import main; sys.path.insert(0, '')"
    argv = [sys.executable, "-c", f"{start}; main()", "report", "..", "--out", tmp_path / "r", "--course", course]
    done = subprocess.run(
        argv, cwd=one / "alice", env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "planted").exists()
    assert "6.00" in (tmp_path / "r" / "grades.csv").read_text()


def test_no_course_is_taken_from_what_is_graded(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A report that is started inside a handed-in workspace does not run the suites that lie in it."""
    planted = "open(__import__('os').environ['HOME'] + '/planted', 'a').write('ran')\n"
    exercise = "alice/exercises/ex01_mean_row"
    toml = (course / "exercises" / "ex01_mean_row" / "exercise.toml").read_text(encoding="utf-8")
    files = {f"{exercise}/suite/test_mean_row.py": planted, f"{exercise}/exercise.toml": toml}
    one = lay("class", files | {f"{exercise}/mean_row.py": RIGHT})
    for where, what in ((one / "alice", "."), (one / "alice" / "exercises", ".."), (one / "alice", "..")):
        argv = [sys.executable, "-m", "grader", "report", what, "--out", tmp_path / "r"]
        home = os.environ | {"HOME": str(tmp_path)}
        done = subprocess.run(argv, cwd=where, env=home, capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "lies in what is to be graded" in done.stderr
    assert not (tmp_path / "planted").exists() and not (tmp_path / "r").exists()
