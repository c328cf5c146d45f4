"""Whose fault a failure is: a bug of the course costs nobody points."""

import pytest

from grader.base.errors import CourseError

from .conftest import Grade, messages, outcomes

CLUMSY = '''
from grader.suite import close, points


def answer(module):
    return module.answer()


@points(1)
def test_of_the_table(observe):
    """The table has a value."""
    close(observe(answer)["value"], 1.0, "value")
'''
GOOD = "def answer():\n    return {'value': 1.0}\n"


def test_nonsense_that_a_test_stumbles_over_is_the_learners(grade: Grade) -> None:
    """A test that dies of an answer's form, and passes on the solution, is failed by the submission."""
    record = grade("def answer():\n    return {}\n", CLUMSY, GOOD)

    assert outcomes(record) == ["failed"]
    assert "a form this test cannot read (KeyError" in messages(record)


BROKEN = {
    "solution": (CLUMSY, "def answer():\n    return {}\n", "the test itself failed"),
    "solution raises": (CLUMSY, "def answer():\n    return 1 / 0\n", "the test itself failed"),
    "test": (CLUMSY.replace('["value"]', '["valve"]'), GOOD, "the test itself failed"),
    "scenario": (CLUMSY.replace("module.answer()", "missing(module)"), GOOD, "the test itself failed"),
    "constant": (CLUMSY.replace("def answer(module)", "def answer(module, n=CONSTANT)"), GOOD, "CONSTANT"),
    "constant in the sandbox": (
        CLUMSY.replace("\n\ndef answer", "\n\nimport os\nHOME = os.environ['SHELL_OF_NOBODY']\n\n\ndef answer").replace(
            "module.answer()", "module.answer() or HOME"
        ),
        GOOD,
        "SHELL_OF_NOBODY",
    ),
}


@pytest.mark.parametrize("what", ["solution", "solution raises", "test", "scenario"])
@pytest.mark.parametrize("submission", ["def answer():\n    return {}\n", "def answer():\n    return 1 / 0\n"])
def test_a_broken_course_costs_nobody_points(grade: Grade, what: str, submission: str) -> None:
    """Where the same test fails on the solution too, the exercise is ungraded, and never worth 0 points."""
    suite, solution, words = BROKEN[what]
    record = grade(submission, suite, solution)

    assert outcomes(record) == ["suite_error"]
    assert record.outcome == "ungraded"
    assert words in messages(record)


def test_a_scenario_that_cannot_be_had_is_our_fault(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario whose own text fails in the sandbox leaves the exercise ungraded, whatever the submission does."""
    suite, solution, words = BROKEN["constant in the sandbox"]
    monkeypatch.setenv("SHELL_OF_NOBODY", "here alone")
    record = grade("import os\nos._exit(0)\n", suite, solution)

    assert outcomes(record) == ["suite_error"]
    assert "the scenario `answer` cannot be run" in messages(record)
    assert words in messages(record)


def test_a_suite_that_cannot_be_read_says_where(grade: Grade) -> None:
    """A suite with an error at its top level, or without tests, is a CourseError and no verdict."""
    with pytest.raises(CourseError, match="CONSTANT"):
        grade(GOOD, BROKEN["constant"][0])
    with pytest.raises(CourseError, match="no test was found"):
        grade(GOOD, "x = 1\n")
    with pytest.raises(CourseError, match="SyntaxError"):
        grade(GOOD, "def test_(:\n")
