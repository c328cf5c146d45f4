"""Class lists as learning management systems export them."""

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.report.roster import Claim, Roster, read_roster, students_of

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Essay (77)
    Points Possible,,,,,10
"Smith, Ann",12345,S1,asmith,A,
"""


@pytest.mark.parametrize(
    "text, student, name, email",
    [
        ("student,name,email\nann,Ann Smith,ann@x.org\n", "ann", "Ann Smith", "ann@x.org"),
        (CANVAS, "asmith", "Smith, Ann", ""),
        ("First name;Surname;Email address;ID number\nAnn;Smith;ann@x.org;77\n", "77", "Ann Smith", "ann@x.org"),
        (
            "Identifier,Full name,Email address\nParticipant 9,Ann Smith,ann@x.org\n",
            "ann@x.org",
            "Ann Smith",
            "ann@x.org",
        ),
        ("First Name,Last Name,SID,Email\nAnn,Smith,31,ann@x.org\n", "31", "Ann Smith", "ann@x.org"),
        ("name\tgithub_username\nAnn Smith\tannie\n", "annie", "Ann Smith", ""),
    ],
    ids=["plain", "canvas", "moodle", "worksheet", "gradescope", "github"],
)
def test_usual_headers_are_known(text: str, student: str, name: str, email: str) -> None:
    """Every usual export names its students, whatever its columns are called."""
    (found,) = students_of(text, "roster.csv")
    assert (found.id, found.name, found.email, found.enrolled) == (student, name, email, True)


def test_every_column_is_kept() -> None:
    """Canvas's own columns come back under their own names."""
    (found,) = students_of(CANVAS, "roster.csv")
    ids = {"ID": "12345", "SIS User ID": "S1", "SIS Login ID": "asmith"}
    assert found.columns == {"Student": "Smith, Ann", "Section": "A", "Essay (77)": ""} | ids


def test_encodings(tmp_path: Path) -> None:
    """UTF-8 with and without BOM and UTF-16 are read; Latin-1 is refused with advice."""
    text = "student,name\nzoe,Zoë\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "r.csv").write_text(text, encoding=encoding)
        assert read_roster(tmp_path / "r.csv").students[0].name == "Zoë"
    (tmp_path / "r.csv").write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="is not UTF-8\nsave it as"):
        read_roster(tmp_path / "r.csv")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "is empty"),
        ("student,name\n", "names no student"),
        ("color,taste\nred,sweet\n", "has no column that names a student"),
        ("student\nann\nANN\n", "student ANN stands here and in line 2"),
        ('student\n"' + "x" * 200_000, "is not a CSV file"),
    ],
    ids=["empty", "header", "strange", "twice", "huge"],
)
def test_what_is_no_roster_is_refused(text: str, sentence: str) -> None:
    """A roster that names nobody, or somebody twice, is a sentence with its line."""
    with pytest.raises(UsageError, match=sentence):
        students_of(text, "roster.csv")


def test_a_claim_fits_one_student_or_nobody() -> None:
    """Folder names match ids, mail names and names in either order; what fits two students fits none."""
    roster = Roster(
        students_of(
            "student,name,email\nasmith,Ann Smith,a.smith@x.org\nbli,Bo Li,bo@x.org\nbli2,Bo Li,bo2@x.org\n", "r"
        )
    )
    for label in ("asmith", "ASmith", "a.smith@x.org", "A Smith", "Smith Ann", "smith-ann", "Ann_Smith", "annsmith"):
        found = roster.match(Claim(label, (("any", label),)))
        assert found is not None and found.id == "asmith", label
    assert roster.match(Claim("Bo Li", (("name", "Bo Li"),))) is None
    assert roster.match(Claim("Bo Li", (("name", "Bo Li"), ("email", "bo2@x.org")))) == roster.students[2]
    assert roster.match(Claim("?", (("any", "?"),))) is None
