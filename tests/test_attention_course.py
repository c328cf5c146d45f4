"""examples/attention-course: a course of its own, written through the public documentation, from proof to grades."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.course import Course

EXAMPLE = Path(__file__).parent.parent / "examples" / "attention-course"
TEN = ["ada", "bob", "cleo", "dan", "eve", "finn", "gina", "hal", "ida", "jon"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course, far from ours."""
    return Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("lecturer") / "attention-course"))


def grader(*words: str | Path, cwd: Path, code: int = 0) -> str:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    done = subprocess.run(argv, cwd=cwd, env=os.environ, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_suites_and_quiz_are_sound(course: Path) -> None:
    """`verify --all` and `quiz lint`, the two lines of its CI, find nothing."""
    assert "3 of 3 exercises are sound" in grader("verify", "--all", "--seeds", "2", cwd=course)
    assert "0 errors, 0 warnings" in grader("quiz", "lint", cwd=course)


def test_what_is_handed_out_holds_no_secret(course: Path, tmp_path: Path) -> None:
    """A release has stubs and the quiz, no suite that is not public, no solution, no key."""
    grader("release", "ex01", "ex02", "ex03", "quiz:q1", "--out", tmp_path / "handout", cwd=course)
    names = {path.name for path in (tmp_path / "handout").rglob("*")}
    assert {"attention.py", "masks.py", "positions.py", "q1-attention.yaml"} <= names
    assert not {"solutions", "mistakes", "test_attention.py", "patterns.json", "checks.py"} & names
    assert "softmax(-1)" not in "".join(p.read_text() for p in (tmp_path / "handout").rglob("*.py"))


def test_a_class_of_ten_is_graded(course: Path, tmp_path: Path) -> None:
    """Right files get all points, known mistakes lose those of their tests, and who hands in one file has one."""
    loaded = Course.load(course)
    for number, name in enumerate(TEN):
        for exercise in loaded.exercises.values():
            right = [exercise.solution.read_bytes(), exercise.variants[0].read_bytes()]
            wrong = [exercise.mistake(path.stem) for path in exercise.mistakes]
            source = right[number % 2] if number < 4 else wrong[number % len(wrong)]
            file = tmp_path / "class" / name / exercise.file
            file.parent.mkdir(parents=True, exist_ok=True)
            if name != "jon" or exercise.key == "ex01":
                file.write_bytes(source + f"# {name}\n".encode())
    grader("report", tmp_path / "class", "--out", tmp_path / "report", "--accept-weak", cwd=course)
    with (tmp_path / "report" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file) if row["student"] in TEN}
    assert sorted(rows) == TEN
    for name in TEN[:4]:
        assert [float(rows[name][key]) for key in ("ex01", "ex02", "ex03")] == [9, 9, 7]
    for name in TEN[4:9]:
        assert all(0 < float(rows[name][key]) < full for key, full in (("ex01", 9), ("ex02", 9), ("ex03", 7)))
    assert float(rows["jon"]["ex01"]) > 0 and rows["jon"]["ex02"] in ("", "0")
