"""What a term holds: each path that was given adds, and takes its own place when it is given again."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.course.course import Course
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.deliveries import Delivery, deliver
from grader.report.gradebook.schema import MIGRATIONS
from grader.report.gradebook.store import APPLICATION, Gradebook, dumps
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.gradebook.units import Units
from grader.report.term import forget, listing


def work(student: str, sha256: str, download: str, unit: str = "ex02_double", path: str = "") -> Work:
    path = path or f"{student}/double.py"
    return Work(student, unit, 0, path, "python", None, sha256, key=sha256, download=download)


def give(book: Gradebook, name: str, works: Iterable[Work], fingerprint: str = "", left: Iterable[Refusal] = ()) -> int:
    """One run with one path."""
    mine = list(works)
    with book.transaction():
        kept.enroll(book, [Student(one.student) for one in mine])
        return deliver(book, Delivery(name, fingerprint), [replace(one, download=name) for one in mine], left)


def attempts(book: Gradebook, student: str = "ann") -> list[str]:
    """The contents of a student's attempts, in their order; the last one counts."""
    found = [one for one in kept.works(book) if one.student == student]
    assert [one.attempt for one in found] == list(range(1, len(found) + 1))
    return [one.sha256 for one in found]


def test_weeks_add_up(book: Path) -> None:
    """A second download adds to the first, a later one for the same unit is the later attempt."""
    with Gradebook.open(book) as term:
        give(term, "week1.zip", [work("ann", "a", ""), work("bob", "b", "")], "f1")
        give(term, "week2.zip", [replace(work("ann", "c", ""), unit="ex01_mean_row")], "f2")
        give(term, "again.zip", [work("ann", "d", "")], "f3")
        found = {(one.student, one.unit): one.sha256 for one in kept.works(term)}
        assert found == {("ann", "ex01_mean_row"): "c", ("ann", "ex02_double"): "d", ("bob", "ex02_double"): "b"}


def test_the_same_download_takes_its_own_place(book: Path) -> None:
    """A zip that is given again beats nothing that came after it, and what it gave before is replaced."""
    with Gradebook.open(book) as term:
        give(term, "first.zip", [work("Ann Smith (12)", "a", ""), work("bob", "b", "")], "f1")
        give(term, "second.zip", [work("ann", "c", "")], "f2")
        again = [work("ann", "a", "", path="Ann Smith (12)/double.py"), work("bob", "b", "")]
        assert give(term, "elsewhere/first.zip", again, "f1") == 1, "the bytes tell, not the path"
        assert attempts(term) == ["a", "c"] and attempts(term, "Ann Smith (12)") == []
        assert [held.id for held in listing(term)] == ["d1", "d2"]


def test_a_folder_goes_on(book: Path) -> None:
    """In a folder of the same name an unchanged file keeps its turn, a changed or changed-back one is the latest."""
    with Gradebook.open(book) as term:
        give(term, "class", [work("ann", "a", ""), work("bob", "b", "")])
        give(term, "late.zip", [work("ann", "x", ""), work("bob", "y", "")], "f")
        give(term, "class", [work("ann", "a", ""), work("bob", "c", "")])
        assert attempts(term) == ["a", "x"] and attempts(term, "bob") == ["b", "y", "c"]
        give(term, "class", [work("ann", "a", ""), work("bob", "b", "")])
        assert attempts(term) == ["a", "x"] and attempts(term, "bob") == ["y", "c", "b"]


def test_a_folder_that_grew_is_one_delivery(book: Path) -> None:
    """New files in a folder are newer than all that came before, and the list still has one line for it."""
    with Gradebook.open(book) as term:
        give(term, "class", [work("ann", "a", "")])
        give(term, "late.zip", [work("bob", "y", "")], "f")
        assert give(term, "class", [work("ann", "a", ""), work("bob", "b", "")]) == 1
        assert [(held.id, held.works) for held in listing(term)] == [("d1", 2), ("d2", 1)]
        assert attempts(term, "bob") == ["y", "b"]


def test_giving_the_same_again_leaves_no_trace(book: Path, tmp_path: Path) -> None:
    """The gradebook's bytes do not tell how often the same folder was given."""
    with Gradebook.open(book) as term:
        for copy in ("once", "twice"):
            give(term, "class", [work("ann", "a", "")])
            give(term, "late.zip", [work("ann", "x", "")], "f")
            term.snapshot(tmp_path / copy)
    assert (tmp_path / "once").read_bytes() == (tmp_path / "twice").read_bytes()


def test_another_download_of_the_same_name_takes_nothing_away(book: Path) -> None:
    """Every week's download may be called submissions.zip; a file that is not in it this time stays."""
    with Gradebook.open(book) as term:
        give(term, "submissions.zip", [work("ann", "a", "", path="smithann_1_10_double.py")], "f1")
        give(term, "submissions.zip", [work("bob", "b", "", path="jonesbob_2_11_double.py")], "f2")
        assert attempts(term) == ["a"] and attempts(term, "bob") == ["b"]


def test_a_file_that_is_read_otherwise_leaves_its_former_owner(book: Path) -> None:
    """With a roster or --map the same file of the same folder may be somebody else's, and is then only theirs."""
    with Gradebook.open(book) as term:
        give(term, "class", [work("ann", "a", "", path="x/double.py"), work("bob", "b", "")])
        give(term, "class", [work("anna", "a", "", path="x/double.py"), work("bob", "c", "")])
        assert attempts(term) == [] and attempts(term, "anna") == ["a"]


def test_a_group_keeps_every_member(book: Path) -> None:
    """One file that several students are credited for is each one's, however often it is given."""
    with Gradebook.open(book) as term:
        for _ in range(2):
            give(term, "class", [work(name, "a", "", path="team/double.py") for name in ("ann", "bob")])
        assert attempts(term) == ["a"] and attempts(term, "bob") == ["a"]


def test_a_refused_file_costs_nothing_once_work_is_there(book: Path) -> None:
    """Until then it does; what an earlier run said of the same file of that folder is not said twice."""
    refusal = Refusal("ann", "ann/double.docx", "is no Python file", "ex02_double", download="class")
    with Gradebook.open(book) as term:
        give(term, "class", [work("bob", "b", "")], left=[refusal])
        give(term, "class", [work("bob", "c", "")], left=[refusal])
        assert [one.wanted for one in kept.refusals(term)] == [True]
        give(term, "late.zip", [work("ann", "a", "")], "f")
        assert [one.wanted for one in kept.refusals(term)] == [False]


def test_only_forget_takes_out(book: Path, course: Path) -> None:
    """By a delivery's number or name, a unit, or a student; a name of two things or of none is refused."""
    units = Units(Course.load(course))
    with Gradebook.open(book) as term:
        give(term, "in/week1.zip", [work("ann", "a", ""), work("bob", "b", "")], "f1")
        give(term, "in/week2.zip", [work("ann", "a", ""), work("cy", "c", "", "ex01_mean_row")], "f2")
        for name, sentence in (("week3.zip", "holds no such thing"), ("d9", "holds no such thing")):
            with pytest.raises(UsageError, match=sentence):
                forget(term, [name], units)
        forget(term, ["week2.zip"], units)
        assert attempts(term) == ["a"], "the first week has the same file"
        assert {one.id for one in kept.students(term)} == {"ann", "bob"}, "cy was on no roster"
        give(term, "week1.zip", [work("ann", "z", "")], "f3")
        with pytest.raises(UsageError, match="week1.zip fits delivery 1 and delivery 3"):
            forget(term, ["week1.zip"], units)
        forget(term, ["d3", "bob"], units)
        assert attempts(term) == ["a"] and {one.id for one in kept.students(term)} == {"ann"}
        forget(term, ["ex2"], units)
        assert kept.works(term) == []


def test_a_gradebook_of_the_first_form_opens(book: Path) -> None:
    """What it holds stays, and the folder it came from, given again, adds nothing twice."""
    with sqlite3.connect(book) as old:
        for statement in MIGRATIONS[0].split(";"):
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {APPLICATION}")
        old.execute("PRAGMA user_version = 1")
        student = {"id": "ann", "name": "Ann", "email": "", "enrolled": True, "fields": {}, "columns": {}}
        old.execute("INSERT INTO students VALUES ('ann', ?)", (dumps(student),))
        for number, sha256 in enumerate("ab", 1):
            data = {"student": "ann", "unit": "ex02_double", "attempt": number, "path": f"ann/{sha256}.py",
                    "kind": "python", "time": None, "sha256": sha256, "key": sha256, "download": "class"}  # fmt: skip
            old.execute("INSERT INTO works VALUES ('ann', 'ex02_double', ?, ?, ?)", (number, dumps(data), sha256))
        refusal = {"student": "ann", "path": "ann/x.rar", "reason": "is an archive", "unit": "", "wanted": True}
        old.execute("INSERT INTO refusals VALUES ('ann', 'ann/x.rar', ?)", (dumps(refusal),))
    old.close()
    with Gradebook.open(book) as term:
        assert attempts(term) == ["a", "b"] and len(kept.refusals(term)) == 1
        assert [held.name for held in listing(term)] == ["earlier runs"]
        give(term, "class", [work("ann", one, "", path=f"ann/{one}.py") for one in "abc"])
        assert attempts(term) == ["a", "b", "c"]
        assert [(held.name, held.works) for held in listing(term)] == [("earlier runs", 0), ("class", 3)]
