"""What a student reads about points: whole sentences for what is missing, late, adjusted or cannot be graded."""

from fractions import Fraction
from typing import Any

import pytest

from grader.report.gradebook.adjust import Adjustment
from grader.report.gradebook.cells import Cell, absent, adjusted, with_lateness
from grader.report.gradebook.late import Lateness
from grader.report.gradebook.submissions import Refusal, Work
from grader.report.page.causes import cause_of
from grader.report.page.sentences import sentences

WORK = Work("ann", "ex01", 2, "ann/a.py", "python", 1.0, "sha")
FULL = Fraction(12)


def graded(late: Lateness | None = None, note: str = "") -> Cell:
    """A cell of 12 of 12 points with what lateness costs."""
    return with_lateness(Cell("graded", FULL, FULL, note=note, work=WORK, raw=FULL), late)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (graded(Lateness()), []),
        (absent(None, FULL, False), ["You handed in nothing for this.", "It is left out of your total."]),
        (absent(None, FULL, True), ["You handed in nothing for this.", "It counts as 0.00 of 12.00 points."]),
        (
            absent(Refusal("ann", "a.rar", "is no Python file"), FULL, False),
            ["Your file was not graded: a.rar is no Python file.", "It counts as 0.00 of 12.00 points."],
        ),
        (
            graded(Lateness(1, due=0.0, percent=Fraction(10))),
            ["Late: 12.00 − 10 % (1 day late) = 10.80."],
        ),
        (graded(Lateness(due=0.0, unknown=True)), ["When this was handed in is unknown, so it counts as on time."]),
        (graded(Lateness(), "attempt 2 of 3"), ["You handed this in 3 times; attempt 2 counts."]),
        (
            Cell("ungraded", note="could not be graded", work=WORK),
            ["This could not be graded yet, through no fault of yours. It costs you nothing."],
        ),
        (
            adjusted(graded(), Adjustment("ann", "ex01", excused=True, reason="ill")),
            ["You are excused: ill.", "It counts neither for nor against you."],
        ),
        (
            adjusted(graded(), Adjustment("ann", "ex01", points=10.5, reason="by hand", comment="Lovely.")),
            ["Adjusted by your instructor: 10.50 instead of 12.00: by hand."],
        ),
    ],
)
def test_points_are_explained_in_sentences(cell: Cell, said: list[str]) -> None:
    """Each kind of cell has its sentences, and one that speaks for itself has none."""
    assert sentences(cell) == said


def record(outcome: str, message: str, frames: list[Any], tests: int = 3, **more: Any) -> dict[str, Any]:
    one = {"title": "A test.", "outcome": outcome, "message": message, "hint": "", "frames": frames, "cause": message}
    return {"tests": [one | more] * tests}


@pytest.mark.parametrize(
    ("found", "sentence", "line"),
    [
        (record("error", "SyntaxError: invalid syntax (a.py, line 7)", [[7, "", "clas A:"]]), "is no valid Python", 7),
        (
            record("error", "SyntaxError: 'utf-8' codec can't decode byte 0xfc (a.py, line 5)\nsave it", [[5, "", ""]]),
            "is not in UTF-8",
            5,
        ),
        (
            record("error", "ModuleNotFoundError: No module named 'tools.x'", [[2, "<module>", "import tools.x"]]),
            "imports tools, which is neither handed in nor installed here",
            2,
        ),
        (record("error", "ValueError: no", [[9, "<module>", "f()"]]), "fails when it is imported", 9),
        (
            record("timeout", "no answer within 10 s while your file was imported", []),
            "does not come to an end when it is imported",
            0,
        ),
        (
            record("error", "NotImplementedError: f: not written yet", [[3, "f", "raise"]]),
            "is still the stub: nothing in it is written yet",
            3,
        ),
        (
            record("error", "AttributeError: module 'a' has no attribute 'f'\nyour file defines nothing", []),
            "defines nothing that the exercise asks for",
            0,
        ),
    ],
)
def test_what_cannot_be_graded_has_one_cause(found: dict[str, Any], sentence: str, line: int) -> None:
    """The cause is a sentence about the file, with its line and a way out."""
    cause = cause_of(found, lambda: b"x = 1\n")
    assert cause is not None and cause.sentence == sentence and cause.way_out
    assert cause.line in (line, 0)


def test_only_what_was_not_judged_at_all_has_a_cause() -> None:
    """A passed or failed test, or an exception inside a function, is a judgement; an empty file is said to be empty."""
    inside = record("error", "TypeError: no", [[4, "f", "return 1 + ''"]])
    assert cause_of(inside, lambda: b"x") is None
    assert cause_of(record("failed", "wrong", []), lambda: b"x") is None
    assert cause_of({"tests": [*inside["tests"], record("passed", "", [])["tests"][0]]}, lambda: b"") is None
    assert cause_of({"questions": []}, lambda: b"") is None
    empty = cause_of(record("failed", "wrong", []), lambda: b" \n")
    assert empty is not None and empty.sentence == "is empty"
