"""Grades and feedback go back into Moodle: in its own worksheet, read again as its importer reads it."""

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.report.conftest import DOUBLE, answers, run
from tests.report.lms import FULL, HALF, packed

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
