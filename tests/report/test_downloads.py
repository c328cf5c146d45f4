"""Downloads as each LMS makes them, through the real command: whose file, which file, when, and by which rule."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .conftest import Lay, run
from .taken import GOOD, packed

WRONG = "def double(x):\n    return x\n"
NEW, OLD = GOOD + "# new\n", GOOD + "# old\n"
CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Smith, Ann",20001,u1,asmith,A\n'
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Last modified (submission),Last modified (grade)\n"
    'Participant 11,Ann Smith,ann@x.org,Submitted,,"Sunday, 1 March 2026, 9:12 PM",-\n'
    'Participant 12,Bo Li,bo@x.org,Submitted,,"Tuesday, 3 March 2026, 12:05 AM","Friday, 6 March 2026, 1:00 PM"\n'
)
PLAIN = "student,name,email\nann,Ann Smith,ann@x.org\nbo,Bo Li,bo@x.org\ncy,Cy Young,cy@x.org\n"
LATE = "format = 1\ndeadline = 2026-03-01T23:59:00+01:00\npercent_per_day = 10\n"
METADATA = """---
submission_1:
  :submitters:
  - :name: Ann Smith
    :sid: '999'
  :created_at: 2026-03-01 20:00:00 Z
submission_2:
  :submitters:
  - :name: Ann S.
    :sid: '31'
  :created_at: 2026-03-01 20:00:00 Z
"""


PLACES = (
    ("ann", ("ex02_double/", NEW), ("v2/", OLD)),
    ("bo", ("v2/", OLD), ("ex02_double/", NEW)),
    ("cy", ("ex02_double/v2/", OLD), ("ex02_double/", NEW)),
    ("dee", ("exercises/ex02_double/", NEW), ("v2/", OLD), ("v3/ex02_double/", OLD)),
    ("eve", ("Exercise 2/", NEW), ("zip/", OLD)),
    ("fay", ("hw/ex02_double/", OLD), ("hw/", NEW)),
    ("gil", ("v10/", NEW), ("v9/", OLD)),
    ("hal", ("ex2/", OLD), ("mean/", OLD), ("", NEW)),
)
"""Where somebody's files lie, as packed, the one that counts NEW."""
Row = tuple[str, str, str, str]


@dataclass
class Case:
    """What is given to the command, in this order, and the student, file, answer and rule of each line it shows."""

    given: dict[str, dict[str, str | bytes]]
    rows: list[Row]
    roster: str = ""
    args: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


CASES = {
    "an id that is not on the roster is nobody's namesake": Case(
        {"c.zip": {"smithann_20001_7_double.py": NEW, "smithann_20002_8_double.py": OLD}},
        [("asmith", "smithann_20001_7_double.py", "yes", "its name"),
         ("smithann (20002)", "smithann_20002_8_double.py", "yes", "its name; not on the roster")], CANVAS),
    "a Gradescope id that is not on the roster, with a name that is": Case(
        {"g.zip": {"assignment_1_export/submission_metadata.yml": METADATA,
                   "assignment_1_export/submission_1/double.py": NEW,
                   "assignment_1_export/submission_2/double.py": OLD}},
        [("31", "assignment_1_export/submission_2/double.py", "yes", "its name"),
         ("999", "assignment_1_export/submission_1/double.py", "yes", "its name")],
        "sid,name\n31,Ann Smith\n", ["--late", "late.toml"], {"late.toml": LATE}),
    "Moodle's number decides, and a name alone where there is no column of numbers": Case(
        {"m.zip": {"Ann Smith_77_assignsubmission_file_/double.py": NEW}},
        [("ann", "Ann Smith", "no", "by name alone"),
         ("ann", "Ann Smith_77_assignsubmission_file_/double.py", "yes", "its name"),
         ("bo", "", "no", "handed in nothing"), ("cy", "", "no", "handed in nothing")], PLAIN),
    "two of one name and no column of numbers: nobody is credited": Case(
        {"m.zip": {"Ann Smith_77_assignsubmission_file_/double.py": NEW,
                   "Ann Smith_78_assignsubmission_file_/double.py": OLD,
                   "Bo Li_79_assignsubmission_file_/double.py": NEW}},
        [("?", "Ann Smith_77_assignsubmission_file_/double.py", "no", "taken for one student"),
         ("?", "Ann Smith_78_assignsubmission_file_/double.py", "no", "taken for one student"),
         ("ann", "", "no", "handed in nothing"), ("bo", "Bo Li", "no", "by name alone"),
         ("bo", "Bo Li_79_assignsubmission_file_/double.py", "yes", "its name"), ("cy", "", "no", "handed in nothing")],
        PLAIN),
    "what was put aside never beats what lies in its place": Case(
        {"z.zip": {f"{who}/{place}double.py": text for who, place, text in (
            ("ann", "", NEW), ("ann", "old/", OLD), ("bo", "backup 2/", OLD), ("bo", "", NEW),
            ("cy", "my_drafts/", OLD))}},
        [("ann", "ann/double.py", "yes", "its name"),
         ("ann", "ann/old/double.py", "no", "put aside: ann/double.py counts"),
         ("bo", "bo/backup 2/double.py", "no", "put aside"), ("bo", "bo/double.py", "yes", "its name"),
         ("cy", "cy/my_drafts/double.py", "yes", "its name")]),
    "the unit's own folder outranks a side folder, in any order": Case(
        {"z.zip": {f"{who}/{place}double.py": text for who, *places in PLACES for place, text in places}},
        [(who, f"{who}/{place}double.py", *(("yes", "its name") if text == NEW else ("no", "together with")))
         for who, *places in PLACES for place, text in places]),
    "Canvas counts inside one download, the later download wins": Case(
        {"a.zip": {"smithann_20001_7_double-1.py": OLD}, "b.zip": {"smithann_20001_9_double.py": NEW}},
        [("smithann", "smithann_20001_7_double-1.py", "earlier", "its name"),
         ("smithann", "smithann_20001_9_double.py", "yes", "its name")]),
    "two files of one hand-in are a guess with both paths": Case(
        {"s": {"ann/double.py": NEW, "ann/double (1).py": OLD, "bo/double.py": NEW}},
        [("ann", "ann/double (1).py", "no", "together with ann/double.py, which counts"),
         ("ann", "ann/double.py", "yes", "its name"), ("bo", "bo/double.py", "yes", "its name")]),
    "a folder around the class": Case(
        {"top.zip": {"hw/ann/double.py": NEW, "hw/bo/double.py": OLD, "hw/grades.csv": "x"}},
        [("?", "hw", "no", "a folder around the class"),
         ("?", "hw/grades.csv", "no", "beside the students' folders"),
         ("ann", "hw/ann/double.py", "yes", "its name"), ("bo", "hw/bo/double.py", "yes", "its name")]),
    "two folders around the class, packed again on a Mac, with a note beside": Case(
        {"top.zip": {"DL/hw 2/ann/double.py": NEW, "DL/hw 2/bo/double.py": OLD, "me.txt": "x",
                     "__MACOSX/DL/hw 2/ann/._double.py": "x", "DL/.DS_Store": "x"}},
        [("?", "DL/hw 2", "no", "a folder around the class"), ("?", "me.txt", "no", "beside the students' folders"),
         ("ann", "DL/hw 2/ann/double.py", "yes", "its name"), ("bo", "DL/hw 2/bo/double.py", "yes", "its name")]),
    "an exercise's folder around the class": Case(
        {"top.zip": {"ex02_double/ann/double.py": NEW, "ex02_double/bo/double.py": OLD}},
        [("?", "ex02_double", "no", "a folder around the class"),
         ("ann", "ex02_double/ann/double.py", "yes", "its name"),
         ("bo", "ex02_double/bo/double.py", "yes", "its name")]),
    "one student's folders are no class": Case(
        {"ann.zip": {"ann/ex02/double.py": NEW, "ann/ex02_double/double.py": NEW, "ann/ex02 old/double.py": OLD}},
        [("ann", "ann/ex02 old/double.py", "no", "put aside"),
         ("ann", "ann/ex02_double/double.py", "yes", "its name")]),
    "a Canvas download packed again on a Mac": Case(
        {"c.zip": {"submissions/smithann_20001_7_double.py": NEW,
                   "__MACOSX/submissions/._smithann_20001_7_double.py": ""}},
        [("asmith", "submissions/smithann_20001_7_double.py", "yes", "its name")], CANVAS),
    "a folder called like one student's id and another's mail name": Case(
        {"s": {"ann/double.py": NEW, "bo/double.py": OLD}},
        [("ann", "ann/double.py", "yes", "its name"), ("bo", "bo/double.py", "yes", "its name")],
        "student,name,email\nann,Ann Smith,a@x.org\nbo,Bo Li,ann@y.org\n"),
    "Moodle's groups, each member credited": Case(
        {"m.zip": {"Group A_17_assignsubmission_file/double.py": NEW,
                   "Group B_18_assignsubmission_file/double.py": OLD}},
        [("ann", "Group A_17_assignsubmission_file/double.py", "yes", "its name"),
         ("bo", "Group A_17_assignsubmission_file/double.py", "yes", "its name"),
         ("cy", "Group B_18_assignsubmission_file/double.py", "yes", "its name")],
        PLAIN, ["--members", "g.csv"], {"g.csv": "group,student\nGroup A,ann\nGroup A,bo@x.org\nGroup B,Cy Young\n"}),
    "a group whose number is somebody's participant number": Case(
        {"m.zip": {"Group A_11_assignsubmission_file/double.py": NEW, "Bo Li_12_assignsubmission_file/double.py": OLD}},
        [("?", "Group A", "no", "has the number of ann@x.org and another name"),
         ("Group A (11)", "Group A_11_assignsubmission_file/double.py", "yes", "its name"),
         ("ann@x.org", "", "no", "handed in nothing"),
         ("bo@x.org", "Bo Li_12_assignsubmission_file/double.py", "yes", "its name")], MOODLE),
    "Canvas's anonymous names": Case(
        {"c.zip": {"anon_AbC12_7_double.py": NEW, "LATE_anon_Zz9Yx_8_double.py": OLD}},
        [("anon_AbC12", "anon_AbC12_7_double.py", "yes", "its name"),
         ("anon_Zz9Yx", "LATE_anon_Zz9Yx_8_double.py", "yes", "its name")]),
    "Brightspace": Case(
        {"b.zip": {"index.html": "x", "101-5 - Ann Smith - Mar 1, 2026 912 PM/double.py": NEW,
                   "102-5 - Bo Li - Mar 2, 2026 1205 AM/double.py": OLD,
                   "103-5 - Cy Young - 2 March, 2026 2112/double.py": NEW}},
        [("?", "index.html", "no", "beside"),
         ("Cy Young", "103-5 - Cy Young - 2 March, 2026 2112/double.py", "yes", "its name"),
         ("Ann Smith", "101-5 - Ann Smith - Mar 1, 2026 912 PM/double.py", "yes", "its name"),
         ("Bo Li", "102-5 - Bo Li - Mar 2, 2026 1205 AM/double.py", "yes", "its name")]),
    "Blackboard, the later attempt": Case(
        {"b.zip": {"HW_3_ann_attempt_2026-03-01-09-00-00_double.py": OLD,
                   "HW_3_ann_attempt_2026-03-01-09-00-00.txt": "Name:",
                   "HW_3_ann_attempt_2026-03-02-09-00-00_double.py": NEW,
                   "HW_3_bo_attempt_2026-03-02-09-00-00.txt": "I was ill"}},
        [("ann", "HW_3_ann_attempt_2026-03-01-09-00-00_double.py", "earlier", "its name"),
         ("ann", "HW_3_ann_attempt_2026-03-02-09-00-00_double.py", "yes", "its name"),
         ("bo", "HW_3_bo_attempt_2026-03-02-09-00-00.txt", "no", "Blackboard's own note"),
         ("cy", "", "no", "handed in nothing")], PLAIN),
    "Blackboard's user names may hold what separates them": Case(
        {"bb.zip": {"HW_a_b_attempt_2026-03-01-09-00-00_double.py": NEW,
                   "HW_c_d_attempt_2026-03-01-09-00-00_double.py": OLD}},
        [("?", "d", "no", "fits d and c_d on the roster alike"),
         ("a_b", "HW_a_b_attempt_2026-03-01-09-00-00_double.py", "yes", "its name"),
         ("c_d", "", "no", "handed in nothing"), ("d", "", "no", "handed in nothing"),
         ("d (?)", "HW_c_d_attempt_2026-03-01-09-00-00_double.py", "yes", "its name; not on the roster")],
        "student,name\na_b,Ann Smith\nd,Dee Day\nc_d,Cy Young\n"),
    "patterns of the instructor": Case(
        {"s": {"ann/homework3.py": NEW, "bo/task_B.txt": OLD, "cy/sub/final.py": NEW}},
        [("ann", "ann/homework3.py", "yes", "map homework3.py"), ("bo", "bo/task_B.txt", "yes", "map task_?.txt"),
         ("cy", "cy/sub/final.py", "yes", "map sub/*.py")], "",
        ["--map", "homework3.py=ex02", "--map", "task_?.txt=ex2", "--map", "sub/*.py=ex02_double"]),
    "what is passed over is listed where there is nothing else": Case(
        {"s": {"ann/double.py": NEW, "ann/._double.py": "x", "ann/.DS_Store": "x", "bo/._double.py": "x",
               "cy/double.py~": OLD, "dee/.DS_Store": "x", "eve/venv/lib/double.py": OLD, "fay/text.html": "x"}},
        [("ann", "ann/double.py", "yes", "its name"), ("bo", "bo/._double.py", "no", "macOS's own note"),
         ("cy", "cy/double.py~", "no", "an editor's backup"), ("eve", "eve/venv", "no", "installed packages"),
         ("fay", "fay/text.html", "no", "text typed into the LMS's page")]),
    "helpers travel, what nothing needs is left out": Case(
        {"s": {"ann/double.py": "import tools\nfrom pack.more import two\nprint(open('n.csv'))\n",
               "ann/tools.py": "x = 1\n",
               "ann/n.csv": "1", "ann/pack/more.py": "two = 2\n", "ann/other.csv": "2", "bo/double.py": NEW}},
        [("ann", "ann/double.py", "yes", "its name"), ("ann", "ann/other.csv", "no", "no exercise asks"),
         ("ann", "n.csv", "travels", "beside double.py"), ("ann", "pack/more.py", "travels", "beside double.py"),
         ("ann", "tools.py", "travels", "beside double.py"), ("bo", "bo/double.py", "yes", "its name")]),
    "a zip shaped like Canvas's among zips of single students": Case(
        {"alice.zip": {"double.py": NEW},
         "mallory.zip": {"alice_1_2_double-9.py": WRONG, "mallory_3_4_double.py": NEW}},
        [("alice", "double.py", "yes", "its name"), ("mallory", "mallory.zip", "no", "among zips of single students")]),
    "a zip of folders that speaks for others, among zips of single students": Case(
        {"alice.zip": {"double.py": NEW}, "mallory.zip": {"alice/double.py": WRONG, "mallory/double.py": NEW}},
        [("?", "mallory.zip", "no", "counts for nobody"), ("alice", "double.py", "yes", "its name")]),
    "a zip of folders that speaks for somebody whose folder is given by name": Case(
        {"alice": {"double.py": NEW}, "late.zip": {"alice/double.py": WRONG, "bo/double.py": OLD}},
        [("?", "alice/double.py", "no", "who was given by that name"), ("alice", "double.py", "yes", "its name"),
         ("bo", "bo/double.py", "yes", "its name")], "student,name\nalice,Alice Smith\nbo,Bo Li\n"),
    "a zip under a student's name, unless the instructor says what it is": Case(
        {"ann.zip": {"ann_1_2_double.py": NEW, "bo_3_4_double.py": OLD}},
        [("ann", "ann_1_2_double.py", "yes", "its name"), ("bo", "bo_3_4_double.py", "yes", "its name")], "",
        ["--downloads"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_whose_file_and_which(course: Path, tmp_path: Path, lay: Lay, name: str) -> None:
    """The dry run shows every file once, with its owner, whether it counts, and why."""
    case = CASES[name]
    paths = []
    for called, files in case.given.items():
        if called.endswith(".zip"):
            (tmp_path / called).write_bytes(packed(files))
        else:
            lay(called, files)
        paths.append(tmp_path / called)
    for called, text in case.files.items():
        (tmp_path / called).write_text(text, encoding="utf-8")
    args = [str(tmp_path / arg) if arg in case.files else arg for arg in case.args]
    if case.roster:
        (tmp_path / "roster.csv").write_text(case.roster, encoding="utf-8")
        args += ["--roster", str(tmp_path / "roster.csv")]
    done = run(*paths, "--course", course, "--dry-run", "--csv", tmp_path / "intake.csv", *args)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "intake.csv").read_text(encoding="utf-8-sig"))))
    seen = [(row["student"], row["file"].removeprefix(f"{tmp_path}/"), row["counts"]) for row in rows]
    assert sorted(seen) == sorted(row[:3] for row in case.rows)
    told = {(row["student"], row["file"].removeprefix(f"{tmp_path}/")): row["rule"] for row in rows}
    for student, file, _, rule in case.rows:
        assert rule in told[student, file], told[student, file]
    assert not list(tmp_path.glob("**/gradebook.sqlite"))
