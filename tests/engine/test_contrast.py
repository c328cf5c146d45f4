"""What `grader compare` says: by what was asked, with chance told apart from mistakes, and code beside code."""

import numpy as np
import pytest

from grader.course.course import carried_course, with_suite
from grader.course.submission import Submission
from grader.engine.alignment import side_by_side
from grader.engine.answers import apart, gap
from grader.engine.contrast import Contrast, contrast
from grader.engine.distribution import distribution
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox


def told(warm: Sandbox, key: str, old: str = "", new: str = "") -> Contrast:
    """The comparison of an exercise's solution, changed so, with itself."""
    exercise = with_suite(carried_course().exercise(key))
    source = exercise.solution.read_text(encoding="utf-8")
    assert old in source
    with Examiner(warm) as examiner:
        return contrast(examiner, exercise, Submission.of(source.replace(old, new).encode(), exercise.file), 0)


def words(found: Contrast) -> str:
    return "\n".join(line for test in found["tests"] for line in test["lines"])


def test_identical_code_differs_in_nothing(warm: Sandbox) -> None:
    """All tests are there with the same answers, the largest difference is 0, time and memory are alike."""
    found = told(warm, "ex07")

    assert found["outcome"] == "passed" and found["largest"] == "0"
    assert all("the same" in test["lines"][-1] for test in found["tests"]) and len(found["tests"]) > 3
    for ratio in (found["time"], found["memory"]):
        assert 0.8 <= float(ratio.split()[0]) <= 1.25, ratio


def test_rows_are_named_by_what_is_asked(warm: Sandbox) -> None:
    """A difference stands below the call with its values, in numbers, and no scenario's Python name is shown."""
    found = told(warm, "ex07", "unbiased=False", "unbiased=True")
    text = words(found)

    assert "LayerNorm(" in text and "expected" in text and "largest error" in text
    assert "normalize" not in text and "_" not in text.partition("LayerNorm")[0]


@pytest.mark.parametrize("wrong", [False, True])
def test_chance_is_told_apart_from_mistakes(warm: Sandbox, wrong: bool) -> None:
    """Right code that draws in another order is inside chance, code that draws too much is outside."""
    new = "torch.rand(3).sum().mul(0) + torch.rand"
    found = told(warm, "ex16", "torch.rand", f"0.2 + {new}" if wrong else new)
    text = words(found)

    assert "random by design" in text and (wrong or "inside chance" in text)
    assert ("outside chance" in text) == wrong, text


def test_what_gives_no_answer_is_not_put_down_to_chance(warm: Sandbox) -> None:
    """A file that cannot be imported is told as that, and neither its time nor its numbers are compared."""
    found = told(warm, "ex03", "import math", "import math  (")

    assert "your code gives no answer" in words(found) and "random by design" not in words(found)
    assert (found["largest"], found["time"], found["memory"]) == ("not comparable",) * 3


def test_a_failure_that_chance_hides_is_told(warm: Sandbox) -> None:
    """Where all that differs is random by design, a failed test says what it found, and 0 is said to leave that out."""
    found = told(warm, "ex03", "round(height * math", "round(width * math")
    failed = [test for test in found["tests"] if test["outcome"] != "passed"]

    assert failed and all("the test says: " in test["lines"][-1] for test in failed), found
    assert found["largest"] == "0, besides what is random by design"


def test_mean_and_spread_are_judged_by_their_own_scatter() -> None:
    """Other draws of one distribution are inside, a shifted mean or a doubled spread is outside, NaN cannot be said."""
    draw = np.random.default_rng(0).normal
    theirs = [draw(5, 1, 200) for _ in range(8)]

    def inside(mean: float, spread: float) -> list[bool]:
        found = distribution([[draw(mean, spread, 200)] for _ in range(8)], theirs)
        assert found is not None
        return [one.inside for one in found]

    assert inside(5, 1) == [True, True]
    assert inside(6, 1) == [False, True] and inside(5, 2)[1] is False
    assert distribution([np.array([np.nan])] * 8, theirs) is None and distribution([ValueError()], theirs) is None


def test_equal_nans_are_equal() -> None:
    """NaN beside NaN is no difference, NaN beside a number cannot be told in numbers."""
    nan = float("nan")

    assert gap(nan, nan) == 0 and gap(np.array([nan, 1.0]), np.array([nan, 1.5])) == 0.5
    assert apart([nan, 1.0, 2.0], [nan, 1.5, None]) == [1, 2] and apart(ValueError(), [1.0]) == [0]
    assert gap(nan, 1.0) is None and gap(np.array([nan]), np.array([2.0])) is None


def test_code_is_aligned_by_function_without_comments() -> None:
    """Functions meet in the solution's order, comments and blank lines count for nothing, the rest is marked."""
    mine = "def b():\n    return 2  # two\n\n\ndef a(x):\n    # first\n    return x\n\ndef extra(): pass\n"
    solution = "def a(x):\n    return x\n\ndef b():\n    return 3\n"

    assert list(side_by_side(mine, solution)) == [
        ("equal", "def a(x):", "def a(x):"), ("equal", "    return x", "    return x"), ("equal", "", ""),
        ("equal", "def b():", "def b():"), ("change", "    return 2", "    return 3"), ("equal", "", ""),
        ("delete", "def extra(): pass", ""),
    ]  # fmt: skip


def test_what_is_no_python_is_aligned_as_text() -> None:
    """Lines that both have are aligned; what differs is marked on its side."""
    rows = list(side_by_side("a b\nb\nc\n", "a b\nB\nc\nd\n"))

    assert rows == [("equal", "a b", "a b"), ("change", "b", "B"), ("equal", "c", "c"), ("insert", "", "d")]
