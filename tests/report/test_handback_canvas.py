"""Grades and feedback go back into Canvas: in its own files, read again as its importer reads them."""

import ast
import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.report.conftest import Lay, run
from tests.report.lms import FULL, HALF, PEOPLE, TWICE, packed

ONLY_ABOVE = "def double(x):\n    return abs(2 * x)\n"
NOTEBOOK = {
    "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["def double(x):\n    return 2 * x\n"]}],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip
CANVAS = (
    "\ufeff{people},{title},Homework Current Score,Final Score\n"
    "    Points Possible,,,,,{possible},(read only),(read only)\n"
    '"Smith, Ann",20001,u1,asmith,A,,90,90\n'
    '"Müller, Jörg",20002,u2,jmueller,B,1.50,80,80\n'
    '"Lost, Lea",20003,u3,llost,A,0.50,70,70\n'
)
HANDED_IN: dict[str, str | bytes] = {
    "smithann_20001_700001_r1-basics.json": FULL,
    "müllerjörg_LATE_20002_700002_r1-basics (1).json": HALF,
    "guestgus_20009_700009_r1-basics.json": FULL,
}
CODE: dict[str, str | bytes] = {
    "smithann_20001_700001_double.py": TWICE,
    "müllerjörg_LATE_20002_700002_double (1).py": ONLY_ABOVE,
    "guestgus_20009_700009_double.ipynb": json.dumps(NOTEBOOK),
}


def canvas_list(folder: Path, title: str = "Quiz r1 (88001)", possible: str = "2", people: str = PEOPLE) -> Path:
    path = folder / "2026-03-01T0912_Grades-DL101.csv"
    path.write_text(CANVAS.format(people=people, title=title, possible=possible), encoding="utf-8")
    return path


def imported_by_canvas(path: Path) -> dict[str, dict[str, str]]:
    """Grades by user id and assignment number, as Canvas's importer takes them; a column without a number is new."""
    text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    header, *rows = csv.reader(io.StringIO(text))
    assert "Student" in header[0] and "ID" in header[1] and "Section" in header[4]
    columns = {at: re.fullmatch(r"(.*)\s\((\d+)\)", title) for at, title in enumerate(header) if at > 4}
    assert all(columns.values()), header
    return {
        row[1]: {m[2]: row[at] for at, m in columns.items() if m} for row in rows if "Points Possible" not in row[0]
    }


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    return packed(tmp_path / "submissions.zip", HANDED_IN)


@pytest.mark.parametrize(
    "title", ["Quiz r1 (88001)", "Week 1: R1 (due Mon) (88001)", "Basics (88001)", "r1-basics (88001)"]
)
def test_canvas_grades_go_into_the_column_that_is_there(course: Path, tmp_path: Path, zipped: Path, title: str) -> None:
    """The unit's key, number or title in an assignment's title is its column; nothing else in Canvas changes."""
    roster = canvas_list(tmp_path, title)
    done = run(
        zipped, "--out", tmp_path / "r", "--course", course, "--roster", roster, "--format", "canvas", "--jobs", 1
    )
    assert done.returncode == 0, done.stderr
    assert imported_by_canvas(tmp_path / "r" / "canvas.csv") == {
        "20001": {"88001": "2.00"}, "20002": {"88001": "1.00"}, "20003": {"88001": "0.50"},
    }  # fmt: skip
    lines = (tmp_path / "r" / "canvas.csv").read_bytes().decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeff") and lines[1] == "    Points Possible,,,,,2"
    assert lines[3] == '"Müller, Jörg",20002,u2,jmueller,B,1.00'
    assert f"r1 goes into {title}" in done.stdout
    assert "so left out: guestgus" in done.stdout


def test_canvas_files_without_a_place_are_refused_and_mapped(course: Path, tmp_path: Path, zipped: Path) -> None:
    """No title fits: one sentence says how to map, and the good report stays; the map then names title or number."""
    own = tmp_path / "course"
    shutil.copytree(course, own)
    args = ("--out", tmp_path / "r", "--course", own, "--jobs", 1, "--roster")
    good = run(zipped, *args, canvas_list(tmp_path), "--format", "canvas")
    assert good.returncode == 0, good.stderr
    before = (tmp_path / "r" / "canvas.csv").read_bytes()
    roster = canvas_list(tmp_path, "Homework A (1),Homework B (2)")
    done = run(zipped, *args, roster, "--format", "canvas")
    assert done.returncode == 2 and "no assignment's title names r1" in done.stderr
    assert '[lms] map = {r1 = "title or number"}' in done.stderr and "Homework A (1)" in done.stderr
    assert (tmp_path / "r" / "canvas.csv").read_bytes() == before
    table = own / "exercises" / "course.toml"
    plain = table.read_text(encoding="utf-8")
    for called, columns in (("Homework B", {"2"}), ("1", {"1"}), ("", set[str]())):
        table.write_text(f'{plain}\n[lms]\nmap = {{r1 = "{called}"}}\n', encoding="utf-8")
        done = run(zipped, *args, roster, "--format", "canvas")
        assert done.returncode == 0, done.stderr
        assert set(imported_by_canvas(tmp_path / "r" / "canvas.csv")["20001"]) == columns
    for called, says in (("Homework C", "no assignment is called 'Homework C'"), ("ex9", "")):
        unit = "r1" if says else "ex09"
        table.write_text(f'{plain}\n[lms]\nmap = {{{unit} = "{called}"}}\n', encoding="utf-8")
        done = run(zipped, *args, roster, "--format", "canvas")
        assert done.returncode == 2 and (says or "there is no unit `ex09`") in done.stderr


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("r1 first (1),Quiz R1 again (2)", "r1 first (1) and Quiz R1 again (2) may both be r1"),
        ("ex02 with r1 (1)", "may be ex02_double and r1-basics alike"),
    ],
)
def test_canvas_columns_that_two_claim_are_refused(
    course: Path, tmp_path: Path, lay: Lay, title: str, says: str
) -> None:
    """A guess between two columns, or between two units, would be somebody's grade: it is not made."""
    files = {"smithann_20001_1_double.py": TWICE, "smithann_20001_2_r1-basics.json": FULL}
    if "ex02" not in title:
        del files["smithann_20001_1_double.py"]
    zipped = packed(tmp_path / "s.zip", dict(files))
    args = ("--out", tmp_path / "r", "--course", course, "--roster", canvas_list(tmp_path, title), "--format", "canvas")
    done = run(zipped, *args)
    assert done.returncode == 2 and says in done.stderr
    assert not (tmp_path / "r").exists()


def test_points_are_scaled_and_the_excused_are_ex(course: Path, tmp_path: Path, zipped: Path) -> None:
    """An assignment of 100 points gets points of 100, who is excused gets Canvas's own mark, and the user is told."""
    roster = canvas_list(tmp_path, possible="100")
    adjust = '[[adjust]]\nstudent = "asmith"\nunit = "r1"\nexcused = true\nreason = "ill"\n'
    (tmp_path / "adjust.toml").write_text(f"format = 1\n{adjust}", encoding="utf-8")
    done = run(zipped, "--out", tmp_path / "r", "--course", course, "--roster", roster, "--format", "canvas",
               "--adjust", tmp_path / "adjust.toml", "--jobs", 1)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = imported_by_canvas(tmp_path / "r" / "canvas.csv")
    assert found["20002"] == {"88001": "50.00"} and found["20001"] == {"88001": "EX"}
    assert "r1 is worth 2.00 here and 100.00 there: its points are scaled" in done.stdout


def test_canvas_takes_feedback_under_the_names_it_gave(course: Path, tmp_path: Path) -> None:
    """The zip has each file's name as downloaded; code is code with the feedback above it, a notebook a notebook."""
    zipped = packed(tmp_path / "s.zip", CODE)
    roster = canvas_list(tmp_path, "Exercise 2 Double (88001)")
    done = run(
        zipped, "--out", tmp_path / "r", "--course", course, "--roster", roster, "--format", "canvas", "--jobs", 1
    )
    assert done.returncode == 0, done.stderr
    assert imported_by_canvas(tmp_path / "r" / "canvas.csv")["20002"] == {"88001": "1.50"}
    with zipfile.ZipFile(tmp_path / "r" / "canvas" / "ex02-feedback.zip") as archive:
        files = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert set(files) == set(CODE)
    late = files["müllerjörg_LATE_20002_700002_double (1).py"]
    assert "# # Feedback for Müller, Jörg" in late and "double(-2): expected -4, saw 4" in late and "Ann" not in late
    assert ast.unparse(ast.parse(late)) == ast.unparse(ast.parse(ONLY_ABOVE))
    notebook = json.loads(files["guestgus_20009_700009_double.ipynb"])
    assert notebook["cells"][0]["cell_type"] == "markdown" and "2.00 of 2.00" in "".join(notebook["cells"][0]["source"])
    assert "return 2 * x" in "".join(notebook["cells"][1]["source"])
