"""A suite that stays open is read again when one of its files has changed."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from grader.course.course import Course
from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.picture import loaded
from grader.engine.session import OpenSuite
from grader.sandbox import Sandbox

from .conftest import TINY

SUITE = '''
from pathlib import Path

from grader.suite import close, points


def doubled(module, x):
    return module.double(x)


FACTOR = float((Path(__file__).parent / "factor.txt").read_text())


@points(1)
def test_of_two(observe):
    """Two becomes four."""
    close(observe(doubled, 2.0), 2 * FACTOR, "double of 2")
'''


def test_a_data_file_of_the_suite_counts(warm: Sandbox, tmp_path: Path) -> None:
    """After a change of a file that the suite reads, the same examiner judges by the new one, and back again."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    folder = next((root / "exercises").glob("ex*"))
    exercise = read_exercise(folder)
    for old in exercise.suite.iterdir():
        old.unlink() if old.is_file() else shutil.rmtree(old)
    (exercise.suite / "test_double.py").write_text(SUITE)
    submission = Submission.of(b"def double(x):\n    return 2 * x\n", exercise.file)
    seen = []
    with Examiner(warm) as examiner:
        for factor in ("2", "3", "2"):
            (exercise.suite / "factor.txt").write_text(factor)
            seen.append(examiner.grade(replace(exercise), submission, 0).outcome)

    assert seen == ["passed", "failed", "passed"]


def test_courses_that_are_named_by_relative_paths(
    warm: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each suite imports its own helper module, although the one before had one of the same name."""
    for name, factor in (("two", "2.0"), ("three", "3.0")):
        shutil.copytree(TINY, tmp_path / name)
        suite = next((tmp_path / name / "exercises").glob("ex*")) / "suite"
        shutil.rmtree(suite)
        suite.mkdir()
        own = SUITE.replace("from pathlib import Path\n", "from factors import FACTOR\n")
        own = "".join(line for line in own.splitlines(True) if not line.startswith("FACTOR ="))
        (suite / "test_double.py").write_text(own)
        (suite / "factors.py").write_text(f"FACTOR = {factor}\n")
    monkeypatch.chdir(tmp_path)
    seen = []
    with Examiner(warm) as examiner:
        for name in ("two", "three", "two"):
            exercise = Course.load(Path(name)).exercise("ex01")
            assert not exercise.suite.is_absolute()
            submission = Submission.of(b"def double(x):\n    return 2 * x\n", exercise.file)
            seen.append(examiner.grade(exercise, submission, 0).outcome)

    assert seen == ["passed", "failed", "passed"]


def test_a_namesake_of_a_helper_module_is_not_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper module is the suite's own, though the process knew another one of its name, and has it afterwards."""
    shutil.copytree(TINY, tmp_path / "tiny")
    exercise = Course.load(tmp_path / "tiny").exercise("ex01")
    (exercise.suite / "helpers_here.py").write_text("FACTOR = 2.0\n")
    other = ModuleType("helpers_here")
    monkeypatch.setitem(sys.modules, "helpers_here", other)
    suite = next(exercise.suite.glob("test_*.py"))
    suite.write_text("from helpers_here import FACTOR\n\n" + suite.read_text() + "\n\nassert FACTOR == 2.0\n")
    open_suite = OpenSuite(exercise)
    assert sys.modules["helpers_here"].FACTOR == 2.0
    open_suite.close()
    assert sys.modules["helpers_here"] is other


def test_a_picture_imports_what_lies_beside_it_now(tmp_path: Path) -> None:
    """After a change of a module beside it, or from another exercise's folder, a picture has that folder's module."""
    for name, color in (("one", "red"), ("two", "green"), ("one", "yellow")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "palette.py").write_text(f"COLOR = '{color}'\n")
        text = (
            "from palette import COLOR\n\n\ndef scene(module):\n    return 1\n\n\ndef draw(*seen):\n    return COLOR\n"
        )
        (tmp_path / name / "picture.py").write_text(text)
        assert loaded(tmp_path / name / "picture.py").draw() == color
