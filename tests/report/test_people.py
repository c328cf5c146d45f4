"""Who is a student of the term: sections, TAs and teams, staff and test users, and lists that come later."""

from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.course.course import Course
from grader.report.collection import dry_run
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student, enroll
from grader.report.intake.enrolled import term_roster
from grader.report.intake.groups import new_teams, read_groups
from grader.report.intake.intake import Instructions
from grader.report.intake.roster import Claim, Roster, students_of
from grader.report.options import Options

from .conftest import Lay
from .taken import GOOD, Taken, packed

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Homework (12)
"    Points Possible",,,,,10
"Smith, Ann",101,s1,asmith,"Monday",
"Berg, Bo",102,s2,bberg,"Tuesday",
"Student, Test",109,,3b1f0e,Monday,
"""
MOODLE = """First name,Last name,Email address,Roles,Groups
Ann,Smith,ann@x.org,Student,Team 1
Ida,Prof,ida@x.org,Teacher,
Tom,Tutor,tom@x.org,"Non-editing teacher",
Mia,Beide,mia@x.org,"Student, Non-editing teacher",
Jo,Neu,jo@x.org,,
"""


def roster(text: str) -> Roster:
    return Roster(students_of(text, "roster.csv"))


def test_a_roster_tells_sections_and_who_is_no_student() -> None:
    """Canvas's test student, teachers and TAs are no students; an unknown or double role is one."""
    canvas, moodle = roster(CANVAS), roster(MOODLE)
    assert [(one.id, one.section) for one in canvas.students] == [("asmith", "Monday"), ("bberg", "Tuesday")]
    assert [one.role for one in canvas.staff] == ["test user"]
    assert [one.name for one in moodle.students] == ["Ann Smith", "Mia Beide", "Jo Neu"]
    assert [one.role for one in moodle.staff] == ["Teacher", "Non-editing teacher"]
    german = roster("Vorname,Nachname,E-Mail,Rolle\nA,B,a@x.org,Trainer/in\nC,D,c@x.org,Teilnehmer/in\n")
    assert [one.email for one in german.students] == ["c@x.org"]
    with pytest.raises(UsageError, match="names no student"):
        roster("name,role\nIda,Instructor\n")


def test_a_roster_tells_tas_and_teams() -> None:
    """A column of each is kept; a person in two sections has both."""
    found = roster("student,section,ta,team\nann,A,Tim,Red\nbo,B,Uma,Red\nann,C,Tim,Red\n").students
    told = [(one.id, one.section, one.ta, one.team) for one in found]
    assert told == [("ann", "A, C", "Tim", "Red"), ("bo", "B", "Uma", "Red")]


def test_what_staff_hands_in_is_listed_and_nobodys(course: Path, book: Path, lay: Lay) -> None:
    """The test student's and an instructor's files make no row; that of a test student without a roster neither."""
    files: dict[str, str | bytes] = {
        "smithann_101_7001_double.py": GOOD,
        "studenttest_109_7002_double.py": GOOD,
    }
    for text in (CANVAS, ""):
        path = lay(f"in{len(text)}", {"submissions.zip": packed(files)}) / "submissions.zip"
        taken = Taken(course, book, path, roster=text)
        assert taken.names == [("asmith" if text else "smithann", "ex02_double")]
        assert not [one for one in taken.students.values() if "test" in one.name.casefold() + one.id.casefold()]
        [(name, reason)] = [one for one in taken.refused if "studenttest" in one[0]]
        assert reason == "is of studenttest, who is no student (test user)" and name.endswith("_double.py")
    folder = lay("named", {"ida@x.org/double.py": GOOD, "ann@x.org/double.py": GOOD})
    taken = Taken(course, book, folder, roster=MOODLE)
    assert taken.names == [("ann@x.org", "ex02_double")]


def test_lists_add_up_and_renew() -> None:
    """A second list renews by any lasting id, adds who is new, and takes nobody and nothing away."""
    known = roster(CANVAS).students
    lists = students_of("email,SIS User ID,ta\nann@x.org,s1,Tim\nnew@x.org,s9,Uma\n", "tas.csv")
    now, people = term_roster(lists, known)
    assert [(one.id, one.name, one.ta, one.section) for one in people] == [
        ("asmith", "Smith, Ann", "Tim", "Monday"),
        ("bberg", "Berg, Bo", "", "Tuesday"),
        ("s9", "", "Uma", ""),
    ]
    assert now.match(Claim("x", (("email", "ann@x.org"),))).id == "asmith"  # type: ignore[union-attr]
    assert people[0].columns["Section"] == "Monday" and people[0].columns["ta"] == "Tim"


def test_numbers_of_another_week_name_nobody() -> None:
    """Moodle's participant numbers and times are those of one assignment: an earlier worksheet's say nothing."""
    head = "Identifier,Full name,Email address,Last modified (submission)\n"
    first = students_of(head + 'Participant 11,Ann Smith,ann@x.org,"Sunday, 1 March 2026, 9:12 PM"\n', "w1.csv")
    second = students_of(head + "Participant 55,Ann Smith,ann@x.org,-\n", "w2.csv")
    _, people = term_roster(first, [])
    later, _ = term_roster([], people)
    claim = Claim("Ann Smith", (("identifier", "11"), ("name", "Ann Smith")))
    assert later.match(claim).id == "ann@x.org" and not later.knows(claim)  # type: ignore[union-attr]
    assert later.students[0].columns == {}
    renewed, _ = term_roster(second, people)
    assert renewed.match(Claim("x", (("identifier", "11"),))) is None
    assert renewed.match(Claim("x", (("identifier", "55"),))).id == "ann@x.org"  # type: ignore[union-attr]


def test_a_name_alone_joins_two_lists_only_where_no_id_speaks_against_it() -> None:
    """A list of names and TAs finds its people; two people of one name in lists with ids stay two."""
    _, people = term_roster(
        students_of("name,ta\nAnn Smith,Tim\n", "tas.csv"), [Student("a1", "Ann Smith", enrolled=True)]
    )
    assert [(one.id, one.ta) for one in people] == [("a1", "Tim")]
    known = students_of("student,name\na1,Ann Smith\n", "r.csv")
    _, people = term_roster(students_of("student,name\na2,Ann Smith\n", "s.csv"), known)
    assert [one.id for one in people] == ["a1", "a2"]


def test_without_a_roster_a_number_is_the_same_person_all_term(course: Path, book: Path, lay: Lay) -> None:
    """Of two smithanns only the other handed in this week: the work is hers, and not the first one's."""
    first = packed({"smithann_1_10_double.py": GOOD, "smithann_2_11_double.py": GOOD + "#"})
    second = packed({"smithann_2_21_mean_row.py": "def mean_row(x): return x\n"})
    week1 = Taken(course, book, lay("w1", {"submissions.zip": first}) / "submissions.zip")
    assert sorted(week1.students) == ["smithann", "smithann (2)"]
    instructions = Instructions(strangers=list(week1.students.values()))
    week2 = Taken(course, book, lay("w2", {"submissions.zip": second}) / "submissions.zip", instructions=instructions)
    assert week2.names == [("smithann (2)", "ex01_mean_row")]
    third = packed({"smithann_3_31_double.py": GOOD})
    week3 = Taken(course, book, lay("w3", {"submissions.zip": third}) / "submissions.zip", instructions=instructions)
    assert week3.names == [("smithann (3)", "ex02_double")]


def test_a_team_of_the_roster_hands_in_once(course: Path, tmp_path: Path, lay: Lay) -> None:
    """What is handed in under its name is each member's; a team that is called like a student credits nobody else."""
    text = "student,name,team\nann,Ann A,Red Pandas\nbob,Bob B,Red Pandas\ncy,Cy C,Ann A\n"
    folder = lay("class", {"red_pandas/double.py": GOOD, "Ann A/mean_row.py": "def mean_row(x): return x\n"})
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    options = Options((folder,), tmp_path / "out", Course.load(course), (tmp_path / "roster.csv",))
    found = {(line.student, line.unit) for line in dry_run(options) if line.counts == "yes"}
    assert found == {("ann", "ex02"), ("bob", "ex02"), ("ann", "ex01")}


def test_members_of_a_group_are_its_team(tmp_path: Path) -> None:
    """--members says the team too, but not of one who only has another name in the download."""
    path = tmp_path / "groups.csv"
    path.write_text("group,student\nRed Pandas,ann\nRed Pandas,bob\nanon_X1,cy\n", encoding="utf-8")
    groups = read_groups(path, roster("student\nann\nbob\ncy\n"))
    told = {name: [(one.id, one.team) for one in members] for name, members in groups.items()}
    assert told == {"redpandas": [("ann", "Red Pandas"), ("bob", "Red Pandas")], "anonx1": [("cy", "")]}
    met = [one for members in groups.values() for one in members]
    assert [(one.id, one.team) for one in new_teams(roster("student\nann\nbob\ncy\n").students, met)] == [
        ("ann", "Red Pandas"),
        ("bob", "Red Pandas"),
    ]


def test_a_dry_run_knows_the_terms_roster(course: Path, tmp_path: Path, lay: Lay) -> None:
    """With --out it reads who is enrolled, and writes nothing there."""
    (tmp_path / "term").mkdir()
    with Gradebook.open(tmp_path / "term" / "gradebook.sqlite") as book, book.transaction():
        enroll(book, [Student("a1", "Ann Smith", enrolled=True, fields={"student": "a1", "name": "Ann Smith"})])
    before = (tmp_path / "term" / "gradebook.sqlite").stat().st_mtime_ns
    folder = lay("class", {"Ann Smith/double.py": GOOD})
    [line] = dry_run(Options((folder,), tmp_path / "term", Course.load(course)))
    assert (line.student, line.unit, line.counts) == ("a1", "ex02", "yes")
    assert (tmp_path / "term" / "gradebook.sqlite").stat().st_mtime_ns == before


def test_the_instructors_own_files_may_lie_in_the_class(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A roster and a late policy beside the students' folders are no files of the class; other tables are listed."""
    folder = lay("class", {"ann/double.py": GOOD, "roster.csv": "student\nann\n", "late.toml": "", "other.csv": "x"})
    late = folder / "late.toml"
    late.write_text("format = 1\ndeadline = 2026-11-30T12:00:00Z\n", encoding="utf-8")
    options = Options((folder,), tmp_path / "out", Course.load(course), (folder / "roster.csv",), late=late)
    assert {line.file for line in dry_run(options)} == {"ann/double.py", "other.csv"}
