"""Partial credit, bonus, an author's word for a known mistake, and exercises that need a GPU."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.course.device import available
from grader.suite import earn

TINY = Path(__file__).parents[1] / "courses" / "tiny"
SUITE = "exercises/ex01_mean_row/suite/test_mean_row.py"
PARTS = '''

from grader.suite import earn


@points(3)
def test_parts(observe, draw):
    """Each batch counts."""
    drawn = batches(draw)
    seen = answers(observe(mean_rows, drawn), 3)
    right = sum(len(one) == 4 and abs(one - x.mean(1)).max() < 1e-4 for one, x in zip(seen, drawn, strict=True))
    earn(int(right), of=3, message="means of three batches")


@points(2, bonus=True)
def test_extra(observe, draw):
    """A bonus."""
    drawn = batches(draw)
    same(observe(best_rows, drawn), [int(x.mean(1).argmax()) for x in drawn], "best row")
'''


def graded(tmp_path: Path, file: str = "solutions/ex01_mean_row/mean_row.py", **changes: tuple[str, str]) -> Any:
    """The document of a check in a changed copy of the tiny course."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    (root / SUITE).write_text((root / SUITE).read_text() + PARTS)
    for name, (old, new) in changes.items():
        path = root / {"toml": "exercises/ex01_mean_row/exercise.toml",
                       "mistake": "solutions/ex01_mean_row/mistakes/averages_the_columns.py"}[name]  # fmt: skip
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    argv = [sys.executable, "-m", "grader", "check", "ex01", "--submission", file, "--json", "--no-keep-warm"]
    done = subprocess.run(argv, cwd=root, env=os.environ, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def test_a_part_earns_its_share_and_a_bonus_is_on_top(tmp_path: Path) -> None:
    """One of three parts earns a third and fails the test; a bonus counts for who has it and is missed by nobody."""
    told = graded(tmp_path)
    tests = {test["name"]: test for test in told["tests"]}
    assert tests["test_parts"]["points"] == {"earned": 1, "possible": 3}, tests["test_parts"]
    assert "means of three batches: 1 of 3 are right" in tests["test_parts"]["message"]
    assert tests["test_extra"]["points"] == {"earned": 2, "possible": 0}
    assert told["outcome"] == "failed" and told["points"] == {"earned": 6 + 1 + 2, "possible": 6 + 3}


def test_parts_that_are_none_are_refused() -> None:
    """`earn` goes on where all is right, and refuses more right parts than parts."""
    earn(2, of=2, message="all")
    for right, of in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(ValueError, match="cannot be right"):
            earn(right, of=of, message="none")


def test_the_author_speaks_where_a_mistake_is_recognized(tmp_path: Path) -> None:
    """`Tell:` in a mistake's first lines is what a learner reads whose file fails like it."""
    file = "solutions/ex01_mean_row/mistakes/averages_the_columns.py"
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    path = root / file
    text = path.read_text()
    head = text.index("\n\n")
    path.write_text(text[:head] + "\nTell: Which axis goes away?" + text[head:])
    argv = [sys.executable, "-m", "grader", "check", "ex01", "--submission", file, "--no-keep-warm"]
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False)
    assert "averages the columns\n    Which axis goes away?" in done.stdout


@pytest.mark.skipif("cuda" in available(), reason="this machine has a GPU")
def test_an_exercise_for_a_gpu_is_ungraded_without_one(tmp_path: Path) -> None:
    """`device = "gpu"` says so where there is none; nobody loses points."""
    told = graded(tmp_path, toml=('device = "cpu"', 'device = "gpu"'))
    assert "needs a GPU, and this machine has none" in told["error"]["what"]
