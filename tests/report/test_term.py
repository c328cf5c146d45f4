"""A term in one gradebook, through the command line: weeks are added, decisions stay, nothing goes without a word."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import DOUBLE, TINY, Lay, answers, run
from .taken import packed

RIGHT = "def double(x):\n    return 2 * x\n"
HALF = "def double(x):\n    return abs(2 * x)\n"
QUIZ_2 = DOUBLE["quizzes/r1-basics.yaml"].replace("r1-basics", "r2-more").replace("title: Basics", "title: More")
ROSTER = """student,name,email,section,ta
ann,Ann Adams,ann@x.org,Monday,Tim
bob,Bob Brown,bob@x.org,Tuesday,Uma
cy,Cy Clark,cy@x.org,Tuesday,Uma
"""
Grade = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course with a second exercise and two quizzes; quizzes are graded in no time."""
    root = tmp_path_factory.mktemp("term") / "course"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {**DOUBLE, "quizzes/r2-more.yaml": QUIZ_2}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def quiz(name: str, right: bool = True) -> str:
    text = answers(sum=["two" if right else "three"], even=["a", "b", "c"])
    return text.replace("r1-basics", name)


@pytest.fixture
def term(tmp_path: Path, course: Path, lay: Lay) -> Path:
    """Week 1 of three students: ann and bob handed in, cy did not; a Canvas download without grading processes."""
    files: dict[str, str | bytes] = {
        f"{name}/r1-basics.json": quiz("r1-basics", name == "ann") for name in ("ann", "bob")
    }
    lay("in", {"week1.zip": packed(files), "roster.csv": ROSTER})
    done = run(tmp_path / "in" / "week1.zip", "--roster", tmp_path / "in" / "roster.csv", "--out", tmp_path / "term",
               "--course", course, "--seed", 3)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tmp_path / "term"


def rows(term: Path) -> dict[str, dict[str, str]]:
    with (term / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def history(term: Path) -> list[tuple[str, str, str, str, str]]:
    with (term / "history.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(r["run"], r["student"], r["unit"], r["before"], r["after"]) for r in csv.DictReader(file)]


def test_a_second_week_is_added(term: Path, course: Path, lay: Lay) -> None:
    """The first week stays in grades, feedback and the page; roster, sections and seed are remembered."""
    week2 = packed({"ann/r2-more.json": quiz("r2-more"), "cy/r2-more.json": quiz("r2-more", False)})
    path = lay("in", {"week2.zip": week2}) / "week2.zip"
    done = run(path, "--out", term, "--course", course)
    assert done.returncode == 0 and "3 students, 0 exercises, 2 quizzes, 2 graded now, seed 3" in done.stdout
    table = rows(term)
    points = {name: (row["section"], row["ta"], row["r1"], row["r2"]) for name, row in table.items()}
    assert points == {
        "possible": ("", "", "2.00", "2.00"),
        "ann": ("Monday", "Tim", "2.00", "2.00"),
        "bob": ("Tuesday", "Uma", "1.00", ""),
        "cy": ("Tuesday", "Uma", "", "1.00"),
    }
    feedback = (term / "feedback" / "ann.md").read_text(encoding="utf-8")
    assert "## r1" in feedback and "## r2" in feedback
    assert history(term) == [
        ("1", "ann", "r1-basics", "", "2.00 of 2.00"),
        ("1", "bob", "r1-basics", "", "1.00 of 2.00"),
        ("2", "ann", "r2-more", "", "2.00 of 2.00"),
        ("2", "cy", "r2-more", "", "1.00 of 2.00"),
    ]
    listed = run("--list", "--out", term, "--course", course)
    assert listed.returncode == 0, listed.stderr
    held = [line.split() for line in listed.stdout.splitlines()[1:3]]
    assert [(one[0], one[1].rpartition("/")[2]) for one in held] == [("d1", "week1.zip"), ("d2", "week2.zip")]
    assert "3 students, 3 of them on the roster; seed 3" in listed.stdout
    again = run(path.with_name("week1.zip"), "--regrade", "--out", term, "--course", course)
    assert "2 graded now" in again.stdout, "the second week is not graded again"
    assert rows(term) == table and len(history(term)) == 4
    gone = run("--forget", "week1.zip", "--out", term, "--course", course)
    assert gone.returncode == 0 and "2 grades changed" in gone.stdout, gone.stderr
    assert "r1" not in rows(term)["ann"] and rows(term)["ann"]["r2"] == "2.00"
    assert ("3", "bob", "r1-basics", "1.00 of 2.00", "taken out") in history(term)


def test_one_student_touches_nothing_else(term: Path, course: Path, lay: Lay) -> None:
    """--student, by any name, adds a unit and a later attempt of one student; the others' and the rest stay."""
    before = rows(term)
    late = lay("late", {"bob/r2-more.json": quiz("r2-more"), "bob/r1-basics.json": quiz("r1-basics"),
                        "ann/r1-basics.json": quiz("r1-basics", False)})  # fmt: skip
    done = run(late, "--student", "bob@x.org", "--out", term, "--course", course)
    assert done.returncode == 0, done.stderr
    assert "bob r1: 1.00 of 2.00 → 2.00 of 2.00 (attempt 2 counts: bob/r1-basics.json" in done.stdout
    after = rows(term)
    assert (after["bob"]["r1"], after["bob"]["r2"]) == ("2.00", "2.00")
    assert after["ann"]["r1"] == before["ann"]["r1"] and "attempt" not in after["ann"]["notes"]
    shown = run("--history", "--student", "Bob Brown", "--out", term, "--course", course)
    assert shown.returncode == 0 and "ann" not in shown.stdout
    assert [line.split("  ")[2:5] for line in shown.stdout.splitlines()] == [
        ["bob", "r1-basics", "1.00 of 2.00"],
        ["bob", "r1-basics", "1.00 of 2.00 → 2.00 of 2.00"],
        ["bob", "r2-more", "2.00 of 2.00"],
    ]


def test_decisions_stay(term: Path, course: Path, lay: Lay) -> None:
    """What adjust.toml says is in every output, survives a re-run without it, and is taken back by another file."""
    adjust = """format = 1
[[adjust]]
student = "Bob Brown"
unit = "r1"
points = 1.5
reason = "question 1 was unclear"
[[adjust]]
student = "cy"
unit = "r1"
excused = true
reason = "ill"
"""
    path = lay("in", {"adjust.toml": adjust, "bad.toml": adjust.replace('"cy"', '"cyx"')}) / "adjust.toml"
    assert run("--check-adjust", path, "--out", term, "--course", course).stdout.startswith("✓")
    wrong = run("--check-adjust", "--adjust", path.with_name("bad.toml"), "--out", term, "--course", course)
    assert wrong.returncode == 2 and "bad.toml:7: there is no student `cyx`\ndid you mean `cy`?" in wrong.stdout
    refused = run("--adjust", path.with_name("bad.toml"), "--out", term, "--course", course)
    assert refused.returncode == 2 and rows(term)["bob"]["r1"] == "1.00"
    for arguments in (["--adjust", path], [path.with_name("week1.zip"), "--regrade"]):
        done = run(*arguments, "--out", term, "--course", course, "--format", "gradescope")
        assert done.returncode == 0, done.stderr
        table = rows(term)
        assert table["bob"]["r1"] == "1.50" and table["cy"]["r1"] == "EX"
        assert "1.50 instead of 1.00: question 1 was unclear" in table["bob"]["notes"]
        for name in ("feedback/bob.md", "feedback/bob.html", "report.html", "gradescope/bob/results.json"):
            assert "question 1 was unclear" in (term / name).read_text(encoding="utf-8-sig"), name
    shutil.copytree(term, term.with_name("other"))
    gone = run("--forget", "cy", "--out", term.with_name("other"), "--course", course)
    assert gone.returncode == 0 and "no student `cy`, so this adjustment is not applied" in gone.stdout, gone.stderr
    told = [line for line in history(term) if line[0] == "2"]
    assert told == [
        ("2", "bob", "r1-basics", "1.00 of 2.00", "1.50 of 2.00"),
        ("2", "cy", "r1-basics", "missing", "excused"),
    ]
    (term / "adjust.toml").write_text("format = 1\n")
    two = run("--adjust", path, "--out", term, "--course", course)
    assert two.returncode == 2 and "keep one of the two files" in two.stderr and rows(term)["bob"]["r1"] == "1.50"
    assert run("--out", term, "--course", course).returncode == 0
    assert rows(term)["bob"]["r1"] == "1.00" and (term / "adjust.toml").exists()
    assert history(term)[-1] == ("3", "cy", "r1-basics", "excused", "missing")


def test_rules_are_remembered_until_told_otherwise(term: Path, course: Path, lay: Lay) -> None:
    """The late policy and what missing means hold for the next runs too, and options take them back."""
    late = "format = 1\ndeadline = 2026-03-01T12:00:00Z\npercent_per_day = 50\n"
    times = "student,assignment,submitted_at\nbob,r1,2026-03-01T13:00:00Z\n"
    folder = lay("in", {"late.toml": late, "times.csv": times})
    week1 = folder / "week1.zip"
    first = run(week1, "--late", folder / "late.toml", "--times", folder / "times.csv", "--missing-zero",
                "--out", term, "--course", course)  # fmt: skip
    assert first.returncode == 0 and rows(term)["bob"]["r1"] == "0.50" and rows(term)["cy"]["percent"] == "0.00"
    assert run("--out", term, "--course", course).returncode == 0
    assert rows(term)["bob"]["r1"] == "0.50" and rows(term)["cy"]["percent"] == "0.00"
    assert "late.toml" in run("--list", "--out", term, "--course", course).stdout
    assert run("--no-late", "--no-missing-zero", "--out", term, "--course", course).returncode == 0
    assert rows(term)["bob"]["r1"] == "1.00" and rows(term)["cy"]["percent"] == ""


def test_another_course_is_refused(term: Path, course: Path, tmp_path: Path, lay: Lay) -> None:
    """So is none, a missing gradebook and a name that fits nothing; the good report keeps every byte."""
    before = {path: path.read_bytes() for path in term.rglob("*") if path.is_file() and path.suffix != ".sqlite"}
    (tmp_path / "none" / "exercises").mkdir(parents=True)
    other = tmp_path / "other"
    shutil.copytree(course, other)
    for path in other.glob("quizzes/r1*"):
        path.unlink()
    week1 = tmp_path / "in" / "week1.zip"
    cases = [
        ([week1, "--course", tmp_path / "none"], "holds no exercise and no quiz"),
        ([week1, "--course", tmp_path], "holds no exercise and no quiz"),
        ([week1, "--course", other], "has no r1-basics, which this gradebook has work for"),
        (["--course", other], "has no r1-basics"),
        (["--course", course, "--forget", "week9.zip"], "the term holds no such thing\ndid you mean"),
        (["--course", course, "--adjust", tmp_path / "nowhere.toml"], "nowhere.toml: cannot be read"),
    ]
    for arguments, sentence in cases:
        done = run(*arguments, "--out", term)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert {path: path.read_bytes() for path in before} == before
    listed = run("--list", "--out", term, "--course", course).stdout
    assert listed.count("week1.zip") == 1 and "d2" not in listed.splitlines()[2]
    for option in ([], ["--list"], ["--history"]):
        done = run(*option, "--out", tmp_path / "fresh", "--course", course)
        assert done.returncode == 2 and "there is no gradebook" in done.stderr and not (tmp_path / "fresh").exists()


def test_an_exercise_of_another_course_is_another_exercise(tmp_path: Path, course: Path, lay: Lay) -> None:
    """Where a unit's name is the same and neither its file nor its title is, the course is refused as well."""
    one = lay("one", {"ann/double.py": RIGHT})
    assert run(one, "--out", tmp_path / "term", "--course", course, "--jobs", 1).returncode == 0
    other = tmp_path / "other"
    shutil.copytree(course, other)
    path = other / "exercises" / "ex02_double" / "exercise.toml"
    text = path.read_text().replace("Twice as much", "Half as much").replace("double.py", "half.py")
    path.write_text(text)
    done = run(one, "--out", tmp_path / "term", "--course", other, "--jobs", 1)
    assert done.returncode == 2 and "ex02_double was `Twice as much` there" in done.stderr, done.stderr
    doc = json.loads((tmp_path / "term" / "report.json").read_text())
    assert doc["students"][0]["units"]["ex02_double"]["earned"] == "2.00"


def test_a_roster_that_comes_later_finds_its_people(tmp_path: Path, course: Path, lay: Lay) -> None:
    """What was handed in before there was a list goes to whom the LMS's numbers mean; strangers stay what they are."""
    names = {"smithann_11_901": True, "smithann_12_902": False, "strangesam_13_903": True}
    files: dict[str, str | bytes] = {
        f"{name}_r1-basics.json": quiz("r1-basics", right) for name, right in names.items()
    }
    roster = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Smith, Ann",12,u12,ann2,B\n"Smith, Ann",11,u11,ann1,A\n'
    folder = lay("in", {"submissions.zip": packed(files), "roster.csv": roster})
    out = tmp_path / "term"
    assert run(folder / "submissions.zip", "--out", out, "--course", course).returncode == 0
    assert {name: row["r1"] for name, row in rows(out).items()} == {
        "possible": "2.00", "smithann": "2.00", "smithann (12)": "1.00", "strangesam": "2.00",
    }  # fmt: skip
    done = run("--roster", folder / "roster.csv", "--out", out, "--course", course)
    assert done.returncode == 0 and "0 graded now" in done.stdout, done.stderr
    told = {name: (row["section"], row["r1"]) for name, row in rows(out).items() if name != "possible"}
    assert told == {"ann1": ("A", "2.00"), "ann2": ("B", "1.00"), "strangesam": ("", "2.00")}
    assert json.loads((out / "report.json").read_text())["not_on_roster"] == ["strangesam"]
