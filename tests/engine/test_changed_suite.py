"""A suite that stays open is read again when one of its files has changed."""

import shutil
from dataclasses import replace
from pathlib import Path

from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
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
