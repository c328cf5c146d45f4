"""Which points count, and in which form they are handed on."""

import csv
import io
from fractions import Fraction

import pytest

from grader.base.errors import CourseError
from grader.course.course import Grades
from grader.report.gradebook.grades import Rules, Sheet, sheet, shown
from grader.report.gradebook.late import Policy
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.gradebook.totals import course_rules
from grader.report.gradebook.units import Unit
from grader.report.handback.gradescope import gradescope_results
from grader.report.page.exports import grades_csv

UNITS = [Unit(f"ex0{n}_x", f"ex0{n}", f"Title {n}", "exercise", "") for n in (1, 2, 3)]
ANN = Student("ann", "Ann Smith", "ann@x.org", True, {"identifier": "123"}, {"Student": "Smith, Ann", "ID": "12"})
STUDENTS = [ANN, Student("bo")]


def made(
    works: dict[tuple[str, str], list[str]], rules: Rules | None = None, refusals: tuple[Refusal, ...] = ()
) -> Sheet:
    """A sheet of works given as "earned/possible" or "ungraded", one string per attempt."""
    handed_in, standings = [], {}
    for (student, unit), attempts in works.items():
        for number, text in enumerate(attempts, 1):
            key = f"{student}{unit}{number}"
            handed_in.append(
                Work(student, f"{unit}_x", number, f"{student}/{unit}.py", "python", 100.0 * number, "sha", key=key)
            )
            earned, _, possible = text.partition("/")
            standings[key] = (
                ("ungraded", Fraction(0), Fraction(0))
                if not possible
                else ("failed", Fraction(earned), Fraction(possible))
            )
    return sheet(UNITS, STUDENTS, handed_in, refusals, standings, rules or Rules())


def test_missing_and_ungraded_are_not_zero() -> None:
    """Both are empty cells with a note, and a total counts only what has points."""
    table = made({("ann", "ex01"): ["3/4"], ("ann", "ex02"): ["ungraded"], ("bo", "ex02"): ["5/5"]})
    ann = table.rows[0]
    assert (ann.total, ann.out_of) == (3, 4) and ann.notes == ("ex02: could not be graded", "ex03: missing")
    assert [cell.state for cell in ann.cells.values()] == ["graded", "ungraded", "missing"]
    assert table.possible == {"ex01_x": 4, "ex02_x": 5} and table.total == 9
    assert "ann,Ann Smith,3.00,,,3.00,4.00,75.00,ex02: could not be graded; ex03: missing" in grades_csv(table)


def test_missing_is_zero_on_request() -> None:
    """With --missing-zero missing work counts, ungraded work still does not."""
    table = made({("ann", "ex01"): ["3/4"], ("bo", "ex02"): ["2/5"]}, Rules(missing_zero=True))
    assert (table.rows[0].total, table.rows[0].out_of) == (3, 9)
    assert (table.rows[1].total, table.rows[1].out_of) == (2, 9)


def test_a_refused_file_counts_as_handed_in() -> None:
    """A file that nobody can grade is worth nothing, with or without --missing-zero, and its note says why."""
    refusal = Refusal("bo", "bo/ex01.py", "is a symbolic link", "ex01_x")
    for rules in (Rules(), Rules(missing_zero=True)):
        table = made({("ann", "ex01"): ["3/4"], ("bo", "ex02"): ["2/5"]}, rules, (refusal,))
        assert (table.rows[1].total, table.rows[1].out_of) == (2, 9)
        assert table.rows[1].cells["ex01_x"].note == "not graded: bo/ex01.py is a symbolic link"


def test_latest_or_best_attempt() -> None:
    """`latest` takes the last attempt, `best` the first with most points; an ungraded one is no best."""
    works = {("ann", "ex01"): ["3/4", "4/4", "4/4", "1/4"], ("bo", "ex01"): ["2/4", "ungraded"]}
    latest, best = made(works), made(works, Rules(attempts="best"))
    assert [row.cells["ex01_x"].earned for row in latest.rows] == [1, None]
    assert [row.cells["ex01_x"].earned for row in best.rows] == [4, 2]
    assert best.rows[0].cells["ex01_x"].note == "attempt 2 of 4"


def test_the_best_attempt_is_the_best_after_lateness() -> None:
    """A late better attempt can be worth less than an early one."""
    late = Policy(deadline=150.0, percent=Fraction(50))
    table = made({("ann", "ex01"): ["3/4", "4/4"]}, Rules(late, "best"))
    assert table.rows[0].cells["ex01_x"].earned == 3
    assert (
        made({("ann", "ex01"): ["3/4", "4/4"]}, Rules(late)).rows[0].notes[0]
        == "ex01: 4.00 − 50 % (1 day late) = 2.00, attempt 2 of 2"
    )


def test_weights_and_drop_lowest() -> None:
    """A weight is what a unit's full points are worth; what helps most is dropped, never the only one."""
    works = {("ann", "ex01"): ["1/4"], ("ann", "ex02"): ["5/5"], ("ann", "ex03"): ["1/3"], ("bo", "ex01"): ["0/4"]}
    table = made(works, Rules(weights={"ex03_x": Fraction(6)}, drop_lowest=1))
    assert (table.rows[0].total, table.rows[0].out_of) == (6, 9) and "ex03: dropped" in table.rows[0].notes
    assert (table.rows[1].total, table.rows[1].out_of) == (0, 4)


def test_course_rules_are_checked() -> None:
    """[grades] of course.toml: short names are fine, unknown units are not."""
    names = {"ex01": "ex01_x", "ex01_x": "ex01_x"}
    found = course_rules(Grades({"ex01": 2.5}, 1), names, "course.toml")
    assert found == ({"ex01_x": Fraction(5, 2)}, 1, ())
    with pytest.raises(CourseError, match="course.toml.*there is no unit `ex7`"):
        course_rules(Grades({"ex7": 1}), names, "course.toml")


def test_two_decimals_half_up() -> None:
    """Halves go up, from the exact fraction: 2.675 is 2.68, and a third of 8 is 2.67."""
    numbers = ["2.675", "1.005", "8/3", "0.125", "0.004999", "7"]
    assert [shown(Fraction(one)) for one in numbers] == ["2.68", "1.01", "2.67", "0.13", "0.00", "7.00"]
    assert shown(None) == ""


def test_gradescope_adds_up() -> None:
    """results.json lists every test, and a line of its own for what lateness took."""
    table = made({("ann", "ex01"): ["3/4"]}, Rules(Policy(deadline=0.0, percent=Fraction(50))))
    tests = [{"title": "T", "points": {"earned": 3, "possible": 4}, "message": "m"}]
    results = gradescope_results(table.rows[0], UNITS[:1], {"ex01_x": {"tests": tests}})
    assert results["score"] == 1.5 and sum(test["score"] for test in results["tests"]) == 1.5
    assert results["tests"][1]["name"] == "ex01: 3.00 − 50 % (1 day late) = 1.50"


def test_formulas_are_text() -> None:
    """A student called like a formula is one in no spreadsheet."""
    evil = Student('=HYPERLINK("http://evil","x")', "@SUM(1)", "+1@x", True, {}, {"Student": "-2+3", "ID": "=1"})
    table = sheet(UNITS, [evil], [], [], {}, Rules())
    for row in csv.reader(io.StringIO(grades_csv(table))):
        assert not [value for value in row if value.startswith(("=", "+", "-", "@"))], row
