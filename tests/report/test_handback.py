"""Grades and feedback go back into the LMS: in its own files, read again as its importers read them."""

import ast
import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.report.conftest import DOUBLE, Lay, answers, run

TWICE = "def double(x):\n    return x + x\n"
ONLY_ABOVE = "def double(x):\n    return abs(2 * x)\n"
NOTEBOOK = {
    "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["def double(x):\n    return 2 * x\n"]}],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip
PEOPLE = "Student,ID,SIS User ID,SIS Login ID,Section"
CANVAS = (
    "\ufeff{people},{title},Homework Current Score,Final Score\n"
    "    Points Possible,,,,,{possible},(read only),(read only)\n"
    '"Smith, Ann",20001,u1,asmith,A,,90,90\n'
    '"Müller, Jörg",20002,u2,jmueller,B,1.50,80,80\n'
    '"Lost, Lea",20003,u3,llost,A,0.50,70,70\n'
)
FULL, HALF = answers(sum=["two"], even=["a", "b", "c"]), answers(sum=["two"])
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


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


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


@pytest.mark.parametrize(
    ("format", "text", "says"),
    [
        ("canvas", "student,name,email\nann,Ann Smith,a@x.org\n", "--format canvas needs Canvas's gradebook export"),
        (
            "moodle",
            "student,name,email\nann,Ann Smith,a@x.org\n",
            "--format moodle needs a grading worksheet of Moodle",
        ),
        ("canvas", f'{PEOPLE},ex02 (1)\n"Smith, Ann",,u1,ann,A,\n', "Smith, Ann has no ID"),
        (
            "moodle",
            "Identifier,Full name,Email address,Grade,Last modified (grade)\n,Ann Smith,ann@x.org,,-\n",
            "Ann Smith has no Identifier",
        ),
    ],
)
def test_a_list_without_ids_is_refused(
    course: Path, lay: Lay, tmp_path: Path, format: str, text: str, says: str
) -> None:
    """Another list than the LMS's own, or a student without an id in it, is an error and not an empty cell."""
    folder = lay("class", {"ann/double.py": TWICE})
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = run(
        folder, "--out", tmp_path / "r", "--course", course, "--roster", tmp_path / "list.csv", "--format", format
    )
    assert done.returncode == 2 and says in done.stderr, done.stderr
    assert not (tmp_path / "r").exists()


WORDS = {
    "en": ("Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
           "Last modified (submission),Last modified (grade),Feedback comments",
           "Participant ", "Sunday, 1 March 2026, 9:12 PM"),
    "de": ("ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
           "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar",
           "Teilnehmer/in", "Sonntag, 1. März 2026, 21:12"),
    "fr": ("Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,La note peut être modifiée,"
           "Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires",
           "Participant", "dimanche 1 mars 2026, 21:12"),
    "es": ("Identificador,Nombre completo,Dirección de correo,Estado,Calificación,Calificación máxima,"
           "La calificación puede ser cambiada,Última modificación (entrega),Última modificación (calificación),"
           "Comentarios de retroalimentación", "Participante", "domingo, 1 de marzo de 2026, 21:12"),
}  # fmt: skip
LATE = "format = 1\ndeadline = 2026-03-01T12:00:00+01:00\npercent_per_day = 10\n"


def worksheet(folder: Path, language: str, name: str = "Grades-DL101-Quiz r1-4711.csv", best: str = "2,00") -> Path:
    header, prefix, when = WORDS[language]
    text = "\ufeff" + header + "\n"
    text += f'{prefix}500101,Ann Smith,ann@x.org,Submitted,,"{best}",Yes,"{when}",-,\n'
    text += f'{prefix}500102,Jörg Müller,jm@x.org,Submitted,1.00,"{best}",Yes,"{when}","{when}",<p>Well done</p>\n'
    text += f'{prefix}500103,=cmd|Lea,lea@x.org,No submission,,"{best}",Yes,-,-,\n'
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported_by_moodle(path: Path, language: str) -> dict[str, tuple[str, str, str]]:
    """(grade, last modified, comment) by participant, as the importer of a Moodle in that language takes them."""
    text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    header, *rows = csv.reader(io.StringIO(text))
    words = WORDS[language][0].split(",")
    number, grade, modified, comment = (header.index(words[at]) for at in (0, 4, 8, 9))
    prefix = len(WORDS[language][1].strip())
    return {row[number][prefix:].strip(): (row[grade], row[modified], row[comment]) for row in rows}


@pytest.mark.parametrize("language", list(WORDS))
def test_moodle_gets_its_worksheet_back(course: Path, tmp_path: Path, language: str) -> None:
    """Every column is as it was downloaded, but grades, and comments that hold the price of lateness and no note."""
    zipped = packed(tmp_path / "DL101-Quiz r1-4711.zip", {
        "Ann Smith_500101_assignsubmission_file/r1-basics.json": FULL,
        "Jörg Müller_500102_assignsubmission_file/r1-basics.json": answers(sum=["three"]),
    })  # fmt: skip
    (tmp_path / "late.toml").write_text(LATE, encoding="utf-8")
    roster = worksheet(tmp_path, language)
    done = run(zipped, "--out", tmp_path / "r", "--course", course, "--roster", roster, "--format", "moodle",
               "--late", tmp_path / "late.toml", "--jobs", 1)  # fmt: skip
    assert done.returncode == 0, done.stderr
    when = WORDS[language][2]
    path = tmp_path / "r" / "moodle" / "r1.csv"
    assert imported_by_moodle(path, language) == {
        "500101": ("1.80", "-", "2.00 − 10 % (1 day late) = 1.80"),
        "500102": ("0.00", when, "0.00 − 10 % (1 day late) = 0.00"),
        "500103": ("", "-", ""),
    }
    before, after = (
        [row[:4] + row[5:9] for row in csv.reader(io.StringIO(one.read_bytes().decode("utf-8")))]
        for one in (roster, path)
    )
    before[3][1] = "'=cmd|Lea"  # a name that a student chose is no formula
    assert before == after and path.read_bytes().startswith(b"\xef\xbb\xbf")
    with zipfile.ZipFile(tmp_path / "r" / "moodle" / "r1-feedback.zip") as archive:
        assert archive.namelist() == [
            "Ann Smith_500101_assignsubmission_file/feedback-r1.html",
            "Jörg Müller_500102_assignsubmission_file/feedback-r1.html",
        ]
        page = archive.read(archive.namelist()[0]).decode("utf-8")
    assert "Feedback for Ann Smith" in page and "Jörg" not in page


def test_a_teachers_comment_stays(course: Path, tmp_path: Path) -> None:
    """Moodle would delete a comment whose cell is empty, so one without news of ours keeps what it says."""
    zipped = packed(tmp_path / "s.zip", {"Jörg Müller_500102_assignsubmission_file/r1-basics.json": HALF})
    roster = worksheet(tmp_path, "en", best="10.00")
    done = run(
        zipped, "--out", tmp_path / "r", "--course", course, "--roster", roster, "--format", "moodle", "--jobs", 1
    )
    assert done.returncode == 0, done.stderr
    found = imported_by_moodle(tmp_path / "r" / "moodle" / "r1.csv", "en")
    assert found["500102"] == ("5.00", "Sunday, 1 March 2026, 9:12 PM", "<p>Well done</p>")


def test_a_worksheet_of_nobody_knows_what_is_refused(course: Path, tmp_path: Path) -> None:
    """A worksheet is of one assignment: its file's name, the map or the only unit says which, else nobody guesses."""
    own = tmp_path / "course"
    shutil.copytree(course, own)
    more = DOUBLE["quizzes/r1-basics.yaml"].replace("r1-basics", "r2-more")
    (own / "quizzes" / "r2-more.yaml").write_text(more, encoding="utf-8")
    folder = "Ann Smith_500101_assignsubmission_file"
    both = {f"{folder}/r1-basics.json": FULL, f"{folder}/r2-more.json": HALF.replace("r1-basics", "r2-more")}
    zipped = packed(tmp_path / "s.zip", dict(both))
    roster = worksheet(tmp_path, "en", "marks of week 1.csv")
    args = (zipped, "--out", tmp_path / "r", "--course", own, "--roster", roster, "--format", "moodle", "--jobs", 1)
    done = run(*args)
    assert done.returncode == 2 and "this one may be of r1, r2" in done.stderr and "[lms] map" in done.stderr
    table = own / "exercises" / "course.toml"
    table.write_text(table.read_text(encoding="utf-8") + '\n[lms]\nmap = {r2 = "week 1"}\n', encoding="utf-8")
    done = run(*args)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "r" / "moodle").glob("*.csv")] == ["r2.csv"]


def test_each_weeks_worksheet_stays_with_its_unit(course: Path, tmp_path: Path) -> None:
    """In a term a worksheet is of the unit that came with it, and goes back in every later run."""
    own = tmp_path / "course"
    shutil.copytree(course, own)
    more = DOUBLE["quizzes/r1-basics.yaml"].replace("r1-basics", "r2-more")
    (own / "quizzes" / "r2-more.yaml").write_text(more, encoding="utf-8")
    for week, (unit, picks) in enumerate((("r1-basics", HALF), ("r2-more", FULL)), 1):
        folder = f"Ann Smith_{week}00101_assignsubmission_file"
        zipped = packed(tmp_path / f"week{week}.zip", {f"{folder}/{unit}.json": picks.replace("r1-basics", unit)})
        roster = worksheet(tmp_path, "en", f"marks of week {week}.csv")
        roster.write_text(roster.read_text(encoding="utf-8").replace("Participant 5", f"Participant {week}"), "utf-8")
        done = run(zipped, "--out", tmp_path / "r", "--course", own, "--roster", roster, "--format", "moodle")
        assert done.returncode == 0, done.stderr
    found = {name: imported_by_moodle(tmp_path / "r" / "moodle" / f"{name}.csv", "en") for name in ("r1", "r2")}
    assert found["r1"]["100101"][0] == "1.00" and found["r2"]["200101"][0] == "2.00"


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


def test_one_folder_for_e_mail(graded: Path) -> None:
    """Each page is called by its reader's address, and a table tells a mail program who gets which."""
    folder = graded / "report" / "email"
    rows = list(csv.reader(io.StringIO((folder / "addresses.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["email", "name", "total", "out of", "file"]
    assert rows[1][:2] == ["alice@example.org", "Alice Adams"] and rows[1][4] == "alice@example.org.html"
    assert {path.name for path in folder.glob("*.html")} == {row[4] for row in rows[1:]}
    page = (folder / "alice@example.org.html").read_text(encoding="utf-8")
    assert "Feedback for Alice Adams" in page and "Bob" not in page
