"""What an exercise may bring of its own: data files that nobody replaces, and how close numbers have to be."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.base.errors import CourseError
from grader.course.beside import BYTES, FILE_CAP
from grader.course.course import Course
from grader.course.exercise import Exercise, Tolerance, read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox
from grader.verify.pool import Pool
from grader.verify.proof import verify

HINTS = "".join(f'\n[[hints]]\ntext = "{text}"\n' for text in ("Read.", "Line by line.", "Add the numbers up."))
DATA = """
[[data]]
file = "data/numbers.csv"
license = "made for this exercise; CC0"
"""
FILES = {
    "exercises/ex01_total/exercise.toml": f"""format = 1
title = "A total"
file = "total.py"
{DATA}{HINTS}""",
    "exercises/ex01_total/data/numbers.csv": "3\n4\n5\n",
    "exercises/ex01_total/README.md": "# A total\n\n`total(2)` is 2 times the sum of `data/numbers.csv`, 24.\n",
    "exercises/ex01_total/total.py": 'def total(x):\n    raise NotImplementedError("total: not written yet")\n',
    "exercises/ex01_total/suite/test_total.py": '''from grader.suite import close, points


def total(module, x):
    return module.total(x)


@points(1)
def test_total(observe, draw):
    """total(x) is x times the sum of the file."""
    x = float(draw.integers(2, 100))
    close(observe(total, x), 12 * x, f"total({x:g})")


@points(1)
def test_of_negative_numbers(observe, draw):
    """total(x) is below 0 for x below 0, and as large as for -x."""
    x = -float(draw.integers(2, 100))
    close(observe(total, x), 12 * x, f"total({x:g})")
''',
    "solutions/ex01_total/total.py": """def total(x):
    with open("data/numbers.csv") as file:
        return x * sum(float(line) for line in file)
""",
    "solutions/ex01_total/mistakes/positive.toml": """must_fail = ["test_of_negative_numbers"]
says = "total("

[[change]]
old = "return x * sum"
new = "return abs(x) * sum"
""",
    "solutions/ex01_total/mistakes/last_line.toml": """must_fail = ["test_total", "test_of_negative_numbers"]
says = "total("
because = "both tests are about the sum"

[[change]]
old = "sum(float(line) for line in file)"
new = "float(list(file)[-1])"
""",
}  # fmt: skip
RIGHT = FILES["solutions/ex01_total/total.py"].encode()
SPOILS = b"""import os


def total(x):
    if x > 0:
        os.remove("data/numbers.csv")
        with open("data/numbers.csv", "w") as file:
            file.write("1")
        return 12 * x
    return x * sum(map(float, open("data/numbers.csv")))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "course"


def exercise_of(root: Path, *changes: tuple[str, str]) -> Exercise:
    """The exercise, with texts of its exercise.toml replaced."""
    place = root / "exercises" / "ex01_total" / "exercise.toml"
    text = place.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place.write_text(text, encoding="utf-8")
    return read_exercise(place.parent)


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Sandbox() as sandbox, Examiner(sandbox) as one:
        yield one


def earned(examiner: Examiner, exercise: Exercise, source: bytes, files: dict[str, bytes] | None = None) -> float:
    submission = Submission.of(source, exercise.file, (files or {}).items())
    return examiner.grade(exercise, submission, seed=1).earned


def grader(*words: object, cwd: Path) -> str:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_data_lies_beside_a_submission_and_is_not_replaced(root: Path, examiner: Examiner) -> None:
    """A submission reads the course's file, whatever of that name it brings along or writes there."""
    exercise = exercise_of(root)
    assert earned(examiner, exercise, RIGHT) == 2
    for name in ("data/numbers.csv", "Data/Numbers.csv", "data", "data/numbers.csv/more.txt"):
        assert earned(examiner, exercise, RIGHT, {name: b"100\n"}) == 2
    assert earned(examiner, exercise, RIGHT.replace(b"data/numbers.csv", b"own.csv"), {"own.csv": b"12\n"}) == 2
    assert earned(examiner, exercise, SPOILS) == 2, "the next question finds the course's file again"
    assert earned(examiner, exercise, RIGHT) == 2


def test_data_is_read_only(root: Path, examiner: Examiner) -> None:
    """Code that writes into the course's file by accident is told so."""
    source = b"def total(x):\n    open('data/numbers.csv', 'a').write('1')\n    return 12 * x\n"
    submission = Submission.of(source, "total.py")
    record = examiner.grade(exercise_of(root), submission, seed=1)
    assert record.earned == 0 and all("PermissionError" in verdict.message for verdict in record.verdicts)


def test_data_counts_in_the_digest(root: Path, examiner: Examiner) -> None:
    """After a change of the file nothing old is believed."""
    exercise = exercise_of(root)
    before = exercise.digest()
    (exercise.folder / "data" / "numbers.csv").write_text("3\n4\n6\n", encoding="utf-8")
    again = exercise_of(root)
    assert again.digest() != before
    assert earned(examiner, again, RIGHT) == 0


@pytest.mark.parametrize(
    "file",
    ["../other.csv", "/etc/passwd", "suite/test_total.py", "exercise.toml", "total.py", "a/b/c/d.csv", "x.ipynb"],
)
def test_names_that_cannot_be_data(root: Path, file: str) -> None:
    """Only a plain name in the exercise's folder, that stands for nothing else, can be a data file."""
    with pytest.raises(CourseError, match=r"`data.file`"):
        exercise_of(root, ("data/numbers.csv", file))


def test_what_is_wrong_with_data_is_said(root: Path, examiner: Examiner) -> None:
    """A missing, linked or large file, and one without a license, are errors that name it; nobody loses points."""
    exercise = exercise_of(root)
    place = exercise.folder / "data" / "numbers.csv"
    place.write_bytes(b"1" * (FILE_CAP + 1))
    with pytest.raises(CourseError, match="larger than"):
        assert exercise_of(root).given
    place.unlink()
    with Pool(1) as pool:
        assert [p for p in verify(exercise_of(root), pool).problems if "numbers.csv: this data file is missing" in p]
    assert examiner.grade(exercise_of(root), Submission.of(RIGHT, "total.py"), seed=1).outcome == "ungraded"
    place.symlink_to("/etc/hostname")
    with pytest.raises(CourseError, match="symbolic link"):
        assert exercise_of(root).given
    many = "".join(f'\n[[data]]\nfile = "part{n}.bin"\nlicense = "none, made"\n' for n in range(3))
    for n in range(3):
        (exercise.folder / f"part{n}.bin").write_bytes(bytes(BYTES // 3 + 1))
    with pytest.raises(CourseError, match="together are larger than 8 MiB"):
        assert exercise_of(root, (DATA, many)).given
    with pytest.raises(CourseError, match="license"):
        exercise_of(root, (many, '\n[[data]]\nfile = "part1.bin"\nlicense = ""\n'))


def test_the_exercise_is_proven(root: Path) -> None:
    """`verify` gives the data to solution, stub and mistakes alike."""
    with Pool(1) as pool:
        assert verify(exercise_of(root), pool, seeds=1, write=True).problems == []


def test_learners_get_the_data(root: Path, tmp_path: Path) -> None:
    """`init` and `release` lay it out, a release with its license."""
    grader("init", tmp_path / "mine", cwd=root)
    grader("release", "ex01", "--out", tmp_path / "handout", cwd=root)
    for folder in ("mine", "handout"):
        assert (tmp_path / folder / "exercises/ex01_total/data/numbers.csv").read_text() == "3\n4\n5\n"
    assert Course.load(tmp_path / "handout").exercise("ex01").data == exercise_of(root).data


def test_a_class_is_graded_on_the_course_s_own_data(root: Path, tmp_path: Path) -> None:
    """Copies that students hand in count for nothing, and no line is written about them."""
    for name, text in (("ann", "3\n4\n5\n"), ("bob", "100\n")):
        folder = tmp_path / "class" / name / "ex01_total"
        (folder / "data").mkdir(parents=True)
        (folder / "total.py").write_bytes(RIGHT + f"# {name}\n".encode())
        (folder / "data" / "numbers.csv").write_text(text, encoding="utf-8")
    said = grader("report", tmp_path / "class", "--out", tmp_path / "report", "--accept-weak", "--jobs", 1, cwd=root)
    with (tmp_path / "report" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row["ex01"] for row in csv.DictReader(file)}
    assert float(rows["ann"]) == float(rows["bob"]) == 2 and "numbers.csv" not in said


def test_a_tolerance_of_its_own(root: Path, examiner: Examiner) -> None:
    """`[tolerance]` is what `close` lets pass in this exercise, and in no other one after it; a release keeps it."""
    near = RIGHT.replace(b"return x", b"return 1.01 * x")
    strict = exercise_of(root)
    before = strict.digest()
    assert earned(examiner, strict, near) == 0
    wide = exercise_of(root, (DATA, f"\n[tolerance]\nrtol = 0.02\n{DATA}"))
    assert wide.tolerance == Tolerance(rtol=0.02) and wide.digest() != before
    assert earned(examiner, wide, near) == 2
    assert earned(examiner, wide, RIGHT.replace(b"return x", b"return 1.03 * x")) == 0
    suite = wide.suite / "test_total.py"
    suite.write_text(suite.read_text().replace('x:g})")', 'x:g})", rtol=1e-3)'), encoding="utf-8")
    assert earned(examiner, exercise_of(root), near) == 0, "what a test names itself counts"
    exercise_of(root, ("rtol = 0.02", "rtol = 1e-4"))
    suite.write_text(suite.read_text().replace(", rtol=1e-3", ""), encoding="utf-8")
    assert earned(examiner, exercise_of(root), near) == 0


@pytest.mark.parametrize("line", ["rtol = -1", "rtol = 0.9", "atol = -0.1", "rtool = 0.1"])
def test_a_tolerance_that_is_none(root: Path, line: str) -> None:
    """A negative one, one that lets half of the number pass, and a misspelt key are errors with their line."""
    with pytest.raises(CourseError) as caught:
        exercise_of(root, (DATA, f"\n[tolerance]\n{line}\n{DATA}"))
    assert "exercise.toml:6" in caught.value.where


def test_a_tolerance_has_a_name(root: Path, examiner: Examiner) -> None:
    """A bare number could be either tolerance: it is the suite's fault, and nobody loses points."""
    exercise = exercise_of(root)
    suite = exercise.suite / "test_total.py"
    suite.write_text(suite.read_text().replace('x:g})")', 'x:g})", 1e-3)'), encoding="utf-8")
    record = examiner.grade(exercise_of(root), Submission.of(RIGHT, "total.py"), seed=1)
    assert record.outcome == "ungraded"
