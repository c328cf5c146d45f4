"""adjust.toml: what the instructor decides stands beside what was graded, with its reason, until it is taken back."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from grader.base.errors import UsageError
from grader.report.gradebook.adjust import Adjustment, parse_adjustments
from grader.report.gradebook.grades import Rules, Sheet
from grader.report.gradebook.late import Policy
from grader.report.gradebook.submissions import Student
from grader.report.handback.moodle import comment
from grader.report.intake.roster import Roster
from grader.report.page.exports import grades_csv

from .test_grades import made

NAMES = {"ex01": "ex01_x", "ex01_x": "ex01_x", "ex02": "ex02_x", "ex03": "ex03_x"}
STUDENTS = [
    Student("ann", "Ann Lee", "ann@x.org", fields={"email": "ann@x.org"}),
    Student("bo", "Bo Berg"),
    Student("bob", "Bo Berg", "b@x.org"),
]
Works = dict[tuple[str, str], list[str]]
WORKS: Works = {("ann", "ex01"): ["3/4"], ("ann", "ex02"): ["5/5"], ("bo", "ex01"): ["2/4"], ("bo", "ex02"): ["1/5"]}


def decided(rules: Callable[..., Rules] = Rules, **one: object) -> Sheet:
    """The class of two with one decision about ann's ex01."""
    adjustment = Adjustment("ann", "ex01", **one)  # type: ignore[arg-type]
    return made(WORKS, rules(adjustments={("ann", "ex01_x"): adjustment}))


def test_points_stand_in_the_place_of_what_was_graded() -> None:
    """They are final, lateness included, and the note says what was there before and why."""
    late = Policy(deadline=0.0, percent=Fraction(50))
    table = decided(lambda **more: Rules(late, **more), points=3.5, reason="graded by hand")
    cell = table.rows[0].cells["ex01_x"]
    assert (cell.earned, cell.raw, cell.note) == (Fraction(7, 2), 3, "3.50 instead of 1.50: graded by hand")
    assert table.rows[0].total == Fraction(7, 2) + Fraction(5, 2)
    assert table.rows[1].cells["ex01_x"].earned == 1, "nobody else's changes"


def test_points_for_work_that_was_not_handed_in_count() -> None:
    """What was handed in on paper has points and is no longer missing."""
    on_paper = Adjustment("ann", "ex03", points=1.0, reason="on paper")
    table = made({**WORKS, ("bo", "ex03"): ["1/2"]}, Rules(adjustments={("ann", "ex03_x"): on_paper}))
    assert table.rows[0].cells["ex03_x"].state == "graded" and (table.rows[0].total, table.rows[0].out_of) == (9, 11)
    assert table.rows[0].cells["ex03_x"].note == "1.00: on paper"


def test_excused_counts_neither_for_nor_against() -> None:
    """Not as missing either, though the course counts missing work as zero; tables say EX."""
    for rules in (Rules, lambda **more: Rules(missing_zero=True, **more)):
        table = decided(rules, excused=True, reason="ill")
        row = table.rows[0]
        assert row.cells["ex01_x"].state == "excused" and row.cells["ex01_x"].note == "excused: ill"
        assert (row.total, row.out_of) == (5, 5)
    line = next(text for text in grades_csv(table).splitlines() if text.startswith("ann"))
    assert line.startswith("ann,Ann Smith,EX,5.00,") and "ex01: excused: ill" in line


def test_extra_credit_is_on_top() -> None:
    """On graded work it may exceed what the unit is out of; alone it adds to the total, not to what that is out of."""
    table = decided(extra=2, reason="a bonus task")
    cell = table.rows[0].cells["ex01_x"]
    assert cell.earned == 5 and cell.note == "3.00 + 2.00 extra credit = 5.00: a bonus task"
    assert (table.rows[0].total, table.rows[0].out_of) == (10, 9)
    bonus = Adjustment("ann", "ex03", extra=1, reason="r")
    alone = made({**WORKS, ("bo", "ex03"): ["1/2"]}, Rules(adjustments={("ann", "ex03_x"): bonus}))
    assert (alone.rows[0].total, alone.rows[0].out_of) == (9, 9)
    less = decided(extra=-7, reason="copied")
    assert less.rows[0].cells["ex01_x"].earned == 0
    assert less.rows[0].cells["ex01_x"].note == "3.00 − 7.00 taken away = 0.00: copied"
    both = decided(points=2, extra=0.5, reason="by hand")
    assert both.rows[0].cells["ex01_x"].note == "2.00 instead of 3.00, 2.00 + 0.50 extra credit = 2.50: by hand"


def test_a_comment_changes_no_points() -> None:
    """It is read beside them, in the feedback, in tables and in the LMS."""
    table = decided(comment="A lovely proof.")
    cell = table.rows[0].cells["ex01_x"]
    assert cell.earned == 3 and cell.note == "comment: A lovely proof."
    assert comment(cell) == "A lovely proof." and "A lovely proof." in grades_csv(table)


def test_doubtful_points_are_told() -> None:
    """More than a unit has, or points for a unit that nobody handed in, stand among the doubts."""
    assert "ann ex01 was adjusted to 40.00, which is more than its 4.00" in decided(points=40, reason="r").doubts[0]
    nobody = made(WORKS, Rules(adjustments={("ann", "ex03_x"): Adjustment("ann", "ex03", points=1, reason="r")}))
    assert "does not count" in nobody.doubts[0] and nobody.rows[0].out_of == 9


TEXT = """format = 1

[[adjust]]
student = "ann@x.org"
unit = "EX01"
points = 10.1
reason = "by hand"

[[adjust]]
student = "Bo Berg"
unit = "ex02"
excused = true
reason = "ill"

[[adjust]]
student = "anne"
unit = "ex04"

[[adjust]]
student = "ann"
unit = "ex01"
excused = true
points = 3
"""


def test_every_slip_is_told_with_its_line() -> None:
    """Unknown units and students, two of one name, nothing decided, no reason, and two decisions about one thing."""
    found = parse_adjustments(TEXT, "adjust.toml")
    problems = list(found.problems(NAMES))
    decided = found.resolved(Roster(STUDENTS).named, STUDENTS, NAMES, problems)
    assert [str(one).replace("\n", " ") for one in problems] == [
        "adjust.toml:15: there is no unit `ex04` did you mean `ex03`?",
        "adjust.toml:15: decides nothing say points, excused = true, extra or comment",
        "adjust.toml:19: is excused and has points what is excused counts not at all: leave one out",
        "adjust.toml:19: has no `reason` say why in a few words: the student reads it",
        "adjust.toml:9: `Bo Berg` fits bo and bob alike write the id of one of them",
        "adjust.toml:19: decides about ann and ex01 a second time the first is in adjust.toml:3: make one of the two",
    ]
    assert decided["ann", "ex01_x"].excused
    with pytest.raises(UsageError) as caught:
        parse_adjustments(TEXT.replace("points = 3", 'points = "three"'), "adjust.toml")
    assert str(caught.value) == "adjust.toml:23: `adjust.points` must be a number", "the line is of the right entry"
    with pytest.raises(UsageError, match="unknown key `adjust.pionts`\ndid you mean `points`"):
        parse_adjustments(TEXT.replace("points = 3", "pionts = 3"), "adjust.toml")
