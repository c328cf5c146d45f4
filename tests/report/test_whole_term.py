"""A term of four weeks and forty students, as an instructor grades it, against grades that are reckoned by hand."""

import csv
import json
import re
import shutil
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from grader.report.gradebook.cells import shown

from .browser import CHROMIUM, Browser
from .conftest import DOUBLE, TINY, answers, run
from .taken import packed

STUDENTS = range(40)
RIGHT = "def double(x):\n    return 2 * x\n"
ABSOLUTE = "def double(x):\n    return abs(2 * x)\n"
SAME = "def double(x):\n    return x\n"
SOLVED = (TINY / "solutions" / "ex01_mean_row" / "mean_row.py").read_text(encoding="utf-8")
CARELESS = (TINY / "solutions" / "ex01_mean_row" / "mistakes" / "takes_anything.py").read_text(encoding="utf-8")
CELLS = ["# Homework 2", "import torch\nrate = 0.1\n", "for step in range(10**9):\n    pass\n", RIGHT, "double(rate)"]
QUIZ_2 = DOUBLE["quizzes/r1-basics.yaml"].replace("r1-basics", "r2-more").replace("title: Basics", "title: More")
GRADES = """
[grades]
missing = "zero"

[[grades.categories]]
name = "Exercises"
units = ["ex*"]
weight = 60
drop_lowest = 1

[[grades.categories]]
name = "Quizzes"
units = ["r*"]
weight = 40
"""
LATE = """format = 1
deadline = 2026-03-01T23:59:00Z
percent_per_day = 10

[deadlines]
ex01 = 2026-03-22T23:59:00Z

[extensions]
"Family03, Given" = 2
"""
ADJUST = """format = 1

[[adjust]]
student = "s01"
unit = "ex02"
points = 1.75
reason = "the sign was right in your notes"

[[adjust]]
student = "Family04, Given"
unit = "r2"
excused = true
reason = "ill"

[[adjust]]
student = "s05"
unit = "r1"
extra = 1
reason = "found a mistake in the quiz"

[[adjust]]
student = "s06"
unit = "ex01"
comment = "Very clear."
"""
Cells = dict[str, tuple[Fraction | None, Fraction]]


def notebook() -> str:
    cells = [{"cell_type": "markdown" if text.startswith("#") else "code", "source": text, "metadata": {},
              "outputs": [], "execution_count": None} for text in CELLS]  # fmt: skip
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def called(i: int, name: str, late: bool, number: int = 0) -> str:
    """A file's name in Canvas's download."""
    stem, dot, ending = name.partition(".")
    again = f"-{number}" if number else ""
    mark = "_LATE" if late else ""
    return f"family{i:02d}given{mark}_{500 + i}_{9000 + 100 * number + i}_{stem}{again}{dot}{ending}"


def section(i: int) -> str:
    """One student is in two, as Canvas writes it."""
    return "M and W" if i == 8 else "MTW"[i % 3]


def ta(i: int) -> str:
    return "Tim, Uma" if i == 8 else ("Tim", "Uma", "Vic")[i % 3]


def quiz(name: str, right: bool) -> str:
    return answers(sum=["two" if right else "three"], even=["a", "b", "c"]).replace("r1-basics", name)


def late_in(week: int, i: int) -> bool:
    return i % 7 == (0 if week == 1 else 3) if week < 3 else week == 4 and i % 10 == 3


def lay_out(root: Path) -> None:
    """The course, the class list as Canvas exports it, a list of TAs, and four weeks of downloads."""
    shutil.copytree(TINY, root / "course", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {**DOUBLE, "quizzes/r2-more.yaml": QUIZ_2}.items():
        path = root / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with (root / "course" / "exercises" / "course.toml").open("a", encoding="utf-8") as file:
        file.write(GRADES)
    roster = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework (77)"]]
    roster += [[f"Family{i:02d}, Given", str(500 + i), f"n{i}", f"s{i:02d}", section(i), ""] for i in STUDENTS]
    roster.append(["Student, Test", "599", "", "0a1b2c", "M", ""])
    write(root / "canvas.csv", roster)
    write(root / "tas.csv", [["SIS Login ID", "ta"], *([f"s{i:02d}", ta(i)] for i in STUDENTS)])
    times = [["user_id", "assignment", "submitted_at"]]
    times += [[str(500 + i), "ex01", f"2026-03-2{4 if late_in(4, i) else 2}T12:00:00Z"] for i in STUDENTS]
    write(root / "times.csv", times)
    for name, text in (("late.toml", LATE), ("adjust.toml", ADJUST)):
        (root / name).write_text(text, encoding="utf-8")
    there = [i for i in STUDENTS if i != 39]
    week1 = {called(i, "r1-basics.json", late_in(1, i)): quiz("r1-basics", i % 4 != 0) for i in there}
    week1["studenttest_599_9999_r1-basics.json"] = quiz("r1-basics", True)
    week2 = {
        called(i, "double.ipynb" if i % 5 == 0 else "double.py", late_in(2, i)):
        (notebook(), ABSOLUTE, SAME, RIGHT, RIGHT)[i % 5]
        for i in there
    }  # fmt: skip
    again = {called(i, "double.py", True, 1): RIGHT for i in there if i % 5 == 2}
    week3 = {called(i, "r2-more.json", False): quiz("r2-more", i % 3 != 0) for i in STUDENTS}
    week4 = {called(i, "mean_row.py", False): SOLVED if i % 2 == 0 else CARELESS for i in there}
    for name, files in (("week1", week1), ("week2", week2), ("again", again), ("week3", week3), ("week4", week4)):
        (root / name).mkdir()
        (root / name / "submissions.zip").write_bytes(packed(dict(files)))
    (root / "late" / "s39").mkdir(parents=True)
    (root / "late" / "s39" / "double.py").write_text(RIGHT, encoding="utf-8")


def write(path: Path, rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def expected(i: int) -> Cells:
    """A student's points and what they are out of, by the rules in words: None where the student is excused."""
    tenth = Fraction(9, 10)
    r1 = Fraction(0) if i == 39 else Fraction(1 if i % 4 == 0 else 2) * (tenth if late_in(1, i) else 1)
    double = {0: Fraction(2), 1: Fraction(3, 2), 2: Fraction(2) * tenth, 3: Fraction(2), 4: Fraction(2)}[i % 5]
    if i % 5 != 2 and late_in(2, i) and i != 3:  # the resubmission is late by its own mark, s03 has an extension
        double *= tenth
    r2 = Fraction(1 if i % 3 == 0 else 2)
    mean = Fraction(0) if i == 39 else Fraction(6 if i % 2 == 0 else 5)
    if late_in(4, i) and i != 3:
        mean *= Fraction(8, 10)
    cells: Cells = {"ex01": (mean, Fraction(6)), "ex02": (double, Fraction(2)), "r1": (r1, Fraction(2))}
    cells["r2"] = (None if i == 4 else r2, Fraction(2))
    if i == 1:
        cells["ex02"] = (Fraction(7, 4), Fraction(2))
    if i == 5:
        cells["r1"] = (r1 + 1, Fraction(2))
    if i == 39:
        cells["ex02"] = (Fraction(2), Fraction(2))
    return cells


def percent(cells: Cells) -> Fraction:
    """60 for the better of: both exercises together, either alone; 40 for the quizzes that count."""
    (a, worth_a), (b, worth_b) = cells["ex01"], cells["ex02"]
    assert a is not None and b is not None
    exercises = max((a + b) / (worth_a + worth_b), a / worth_a, b / worth_b)
    quizzes = [(earned, worth) for name in ("r1", "r2") for earned, worth in [cells[name]] if earned is not None]
    return 60 * exercises + 40 * sum(e for e, _ in quizzes) / sum(w for _, w in quizzes)


def seen(browser: Browser, field: str, value: str) -> int:
    """How many rows the page shows with this choice in a filter."""
    script = f"""(f => {{ f.value = {json.dumps(value)}; f.dispatchEvent(new Event("input", {{bubbles: true}})); }})
        (document.querySelector("[name={field}]"))"""
    browser.evaluate(script)
    return int(browser.evaluate("document.querySelectorAll('.grades tr[data-ta]:not([hidden])').length"))


def test_a_term_of_four_weeks_and_forty_students(tmp_path: Path) -> None:
    """Late work, sections, resubmissions, notebooks, a late file of one and adjustments end in the right grades."""
    lay_out(tmp_path)
    out, given = tmp_path / "term", ("--course", tmp_path / "course", "--jobs", 2)

    def grade(*arguments: object, graded: int) -> str:
        done = run(*arguments, "--out", out, *given)
        assert done.returncode == 0 and f"{graded} graded now" in done.stdout, done.stdout + done.stderr
        return done.stdout

    weeks = {name: tmp_path / name / "submissions.zip" for name in ("week1", "week2", "again", "week3", "week4")}
    grade(weeks["week1"], "--roster", tmp_path / "canvas.csv", "--roster", tmp_path / "tas.csv",
          "--late", tmp_path / "late.toml", graded=2)  # fmt: skip
    grade(weeks["week2"], graded=4)
    told = grade(weeks["again"], weeks["week3"], graded=2)
    assert "8 grades changed" in told and "s02 ex02: 0.00 of 2.00 → 1.80 of 2.00 (attempt 2 counts" in told
    told = grade(tmp_path / "late", "--student", "Family39, Given", graded=0)
    assert "1 grade changed" in told
    told = grade(weeks["week4"], "--times", tmp_path / "times.csv", "--adjust", tmp_path / "adjust.toml", graded=2)
    assert "s01 ex02: 1.50 of 2.00 → 1.75 of 2.00 (adjusted" in told
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["possible", *(f"s{i:02d}" for i in STUDENTS)], "the test student has no row"
    for i in STUDENTS:
        cells, row = expected(i), rows[f"s{i:02d}"]
        points = {name: "EX" if earned is None else shown(earned) for name, (earned, _) in cells.items()}
        assert {name: row[name] for name in points} == points, row
        assert row["percent"] == shown(percent(cells)), row
        assert (row["section"], row["ta"]) == (section(i), ta(i))
    assert rows["possible"]["out of"] == "100.00"
    for name in ("history.csv", "comparison.csv"):
        with (out / name).open(encoding="utf-8-sig", newline="") as file:
            told = {(row["student"], row["section"], row["ta"]) for row in csv.DictReader(file)}
        assert told <= {(f"s{i:02d}", section(i), ta(i)) for i in STUDENTS} and len(told) >= 38, name
    page = (out / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<a href="#(section-\d)">([^<]+)</a> \((\d+)\)', page) == [
        ("section-1", "M", "14"), ("section-2", "M and W", "1"), ("section-3", "T", "13"), ("section-4", "W", "12"),
    ]  # fmt: skip
    assert all(f'<tbody id="section-{n}">' in page for n in range(1, 5))
    if CHROMIUM is not None:
        with Browser(tmp_path / "profile") as browser:
            browser.open(out / "report.html", 1250)
            assert [seen(browser, "ta", name) for name in ("Tim", "Uma", "Vic", "")] == [15, 14, 12, 40]
            assert [seen(browser, "section", name) for name in ("M", "T", "W", "")] == [15, 13, 13, 40]
            assert browser.evaluate("document.querySelector('[name=ta]').options.length") == 4
    feedback = (out / "feedback" / "s05.md").read_text(encoding="utf-8")
    assert all(f"## {key}" in feedback for key in ("ex01", "ex02", "r1", "r2"))
    assert "What was graded, taken from your notebook" in feedback and "found a mistake in the quiz" in feedback
    assert "Very clear" in (out / "feedback" / "s06.md").read_text(encoding="utf-8")
    listed = run("--list", "--out", out, *given).stdout.splitlines()
    assert [line.split()[0] for line in listed[1:7]] == ["d1", "d2", "d3", "d4", "d5", "d6"], listed
    before = (out / "grades.csv").read_bytes()
    grade(weeks["week2"], graded=0)
    assert (out / "grades.csv").read_bytes() == before, "week 2 once more beats no resubmission"
