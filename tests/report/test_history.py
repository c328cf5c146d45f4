"""What changed between two runs: for whom, from what to what, and why; nothing where nothing changed."""

from fractions import Fraction
from pathlib import Path

from grader.report.gradebook.adjust import Adjustment
from grader.report.gradebook.deliveries import Delivery, deliver
from grader.report.gradebook.grades import Rules, Sheet, sheet
from grader.report.gradebook.history import changes, record
from grader.report.gradebook.late import Policy
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student, Work

from .test_grades import UNITS


def graded(points: str, rules: Rules | None = None, columns: int = 1) -> Sheet:
    """A class of one, whose attempts at ex01 earned so many points of 4 each; `columns` are how many units it has."""
    works, standings = [], {}
    for number, earned in enumerate(points.split(), 1):
        sha256 = f"sha{number}"
        works.append(Work("ann", "ex01_x", number, f"ann/{number}.py", "python", 100.0 * number, sha256, key=sha256,
                          download="week1.zip", clock="Canvas"))  # fmt: skip
        standings[sha256] = ("failed", Fraction(earned), Fraction(4))
    return sheet(UNITS[:columns], [Student("ann")], works, [], standings, rules or Rules())


def recorded(book: Path, *sheets: Sheet) -> list[list[tuple[str, ...]]]:
    """The changes that each sheet made after the one before it: unit, before, after, why."""
    found = []
    with Gradebook.open(book) as term:
        for one in sheets:
            with term.transaction():
                told = record(term, one, "")
            found.append([(change.unit, change.before, change.after, change.why) for change in told])
        kept = [(change.unit, change.before, change.after, change.why) for change in changes(term)]
        assert kept == [line for lines in found for line in lines], "all of it is kept"
    return found


def test_every_change_has_its_reason(book: Path) -> None:
    """Handed in, a later attempt, lateness, graded again, adjusted, taken back, and taken out."""
    late = Policy(deadline=150.0, percent=Fraction(50))
    decided = {("ann", "ex01_x"): Adjustment("ann", "ex01", points=4, reason="by hand")}
    found = recorded(
        book,
        graded("2"),
        graded("2"),
        graded("2 3"),
        graded("2 3", Rules(late)),
        graded("2 4", Rules(late)),
        graded("2 4", Rules(adjustments=decided)),
        graded("2 4"),
        graded(""),
        graded("", Rules(missing_zero=True)),
    )
    assert found == [
        [("ex01_x", "", "2.00 of 4.00", "handed in: ann/1.py (week1.zip)")],
        [],
        [("ex01_x", "2.00 of 4.00", "3.00 of 4.00", "attempt 2 counts: ann/2.py (week1.zip)")],
        [("ex01_x", "3.00 of 4.00", "1.50 of 4.00",
          "lateness: 3.00 − 50 % (1 day late) = 1.50, attempt 2 of 2")],
        [("ex01_x", "1.50 of 4.00", "2.00 of 4.00", "graded again")],
        [("ex01_x", "2.00 of 4.00", "4.00 of 4.00", "adjusted, 4.00 instead of 4.00: by hand")],
        [("ex01_x", "4.00 of 4.00", "4.00 of 4.00", "an adjustment was taken back")],
        [("ex01_x", "4.00 of 4.00", "missing", "ann/2.py was taken out")],
        [("ex01_x", "missing", "0.00", "missing, counted as 0")],
    ]  # fmt: skip


def test_what_a_run_does_not_show_has_not_changed(book: Path) -> None:
    """With --only the other units keep their place in the history, until nothing of them is left."""
    works = [Work("ann", unit.id, 1, "p", "python", None, "s", key="s", download="w") for unit in UNITS[:2]]
    standings = {"s": ("passed", Fraction(1), Fraction(1))}
    both, one = (sheet(UNITS[:n], [Student("ann")], works, [], standings, Rules()) for n in (2, 1))
    with Gradebook.open(book) as term, term.transaction():
        deliver(term, Delivery("w"), works, [])
        assert len(record(term, both, "")) == 2
        assert record(term, one, "") == [] and record(term, both, "") == []
        term.connection.execute("DELETE FROM works WHERE unit = ?", (UNITS[1].id,))
        assert [(change.unit, change.after) for change in record(term, one, "")] == [(UNITS[1].id, "taken out")]


def test_missing_work_is_no_news(book: Path) -> None:
    """A new unit that a student did not hand in, and one that goes again, make no line."""
    assert recorded(book, graded("2"), graded("2", columns=3), graded("2"))[1:] == [[], []]
