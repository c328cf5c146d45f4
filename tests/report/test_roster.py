"""Class lists as learning management systems export them."""

from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.report.intake.roster import Claim, Roster, read_roster, students_of

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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "sep=;\n"])
def test_any_programs_csv_is_read(tmp_path: Path, encoding: str, ends: str, separator: str) -> None:
    """Every encoding, line end and separator gives the same names; where an encoding was guessed it is said."""
    if ends == "\r" and encoding in ("cp1252", "latin-1"):
        encoding = "mac_roman"
    told, sign = ("sep=;\n", ";") if "sep" in separator else ("", separator)
    text = told + "student,name\nzoe,Zoë Groß\n".replace(",", sign)
    path = tmp_path / "r.csv"
    path.write_bytes(text.replace("\n", ends).encode(encoding))
    roster = read_roster(path)
    assert [(one.id, one.name) for one in roster.students] == [("zoe", "Zoë Groß")]
    guessed = {"cp1252": "Windows-1252", "latin-1": "Windows-1252", "mac_roman": "Mac Roman"}
    assert (f"was read as {guessed[encoding]}" in roster.remark) if encoding in guessed else not roster.remark


def test_lines_above_the_header_and_a_second_section_do_no_harm() -> None:
    """A title, blank rows and one student in two sections are read; two students of one id are not."""
    found = students_of("Class list 2026,,\n,,\nstudent,name,section\nann,Ann Lee,A\n\n,,\nann,Ann Lee,B\n", "r.csv")
    assert [(one.id, one.name, one.columns["section"]) for one in found] == [("ann", "Ann Lee", "A")]
    with pytest.raises(UsageError, match="r.csv:5: student ann stands here and in line 4"):
        students_of("Class list\n\nstudent,name\nann,Ann Lee\nann,Ann Kim\n", "r.csv")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_no_roster(tmp_path: Path, start: bytes) -> None:
    """Excel's own files are named as what they are not, with what to do."""
    (tmp_path / "r.csv").write_bytes(start + bytes(600))
    with pytest.raises(UsageError, match="is no CSV file\nsave it as"):
        read_roster(tmp_path / "r.csv")


def test_a_moodle_worksheet_in_another_language_is_known() -> None:
    """Its participants match by number whatever the language calls them."""
    german = 'ID,"Vollständiger Name",E-Mail-Adresse,Status\nTeilnehmer/in1001,Anna Groß,anna@x.org,-\n'
    polish = "Identyfikator,Imię i nazwisko,Adres e-mail,Stan\nUczestnik 1001,Anna Groß,anna@x.org,-\n"
    for text in (german, polish):
        roster = Roster(students_of(text, "r.csv"))
        assert [(one.id, one.name, one.email) for one in roster.students] == [("anna@x.org", "Anna Groß", "anna@x.org")]
        known = (("identifier", "Participant 1001"), ("identifier", "1001"))
        assert roster.match(Claim("A. G.", known)) == roster.students[0]
        assert roster.match(Claim("A. G.", (("identifier", "100"),))) is None


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
