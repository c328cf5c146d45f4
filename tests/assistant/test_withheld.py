"""What leaves with an answer: nothing of the course's own files, everything that the learner has anyway."""

from pathlib import Path

import pytest

from grader.assistant.withheld import IN_ITS_PLACE, screened

SECRET = "lam = 1 - (y2 - y1) * (x2 - x1) / (h * w)"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with one solution, one suite and one key."""
    for place, text in {
        "solutions/ex01_a/a.py": f"def a(x):\n    {SECRET}\n    return x.clone()\n",
        "exercises/ex01_a/suite/test_a.py": "EXPECTED = [1.25, 2.5, 4.75]\n",
        "quizzes/keys/q1.json": '{"k1": "the-right-one"}\n',
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("line", [SECRET, f"| 12: {SECRET}", "EXPECTED = [1.25, 2.5, 4.75]", '{"k1": "the-right-one"}'])
def test_a_line_of_the_course_is_left_out(root: Path, line: str) -> None:
    """A line of solution, suite or key is replaced, a long one also inside another line; its neighbors stay."""
    assert list(screened(["before", line, "after"], root, [])) == ["before", IN_ITS_PLACE, "after"]


def test_what_the_learner_has_stays(root: Path) -> None:
    """The same line stays if it stands in the learner's own file, and short or other lines always do."""
    assert list(screened([f"  {SECRET}", "def a(x):"], root, [f"x = 1\n  {SECRET}\n"])) == [f"  {SECRET}", "def a(x):"]
    assert list(screened(["x.clone() is returned"], root, [])) == ["x.clone() is returned"]
