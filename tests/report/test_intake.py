"""What an LMS hands over, and what of it is taken in, for whom."""

import json
import os
from pathlib import Path

import pytest

from grader.report.intake.intake import Instructions
from grader.report.intake.times import Times

from .conftest import DOUBLE, Lay
from .taken import GOOD, Taken, packed


def test_a_folder_per_student(course: Path, book: Path, lay: Lay) -> None:
    """Files are found flat, in the exercise's folder and in a workspace; stubs and strangers are left out."""
    root = lay("class", {
        "ann/double.py": GOOD, "bob/ex02_double/Double.py": GOOD, "cy/exercises/ex02_double/double.py": GOOD,
        "cy/exercises/ex01_mean_row/mean_row.py": (course / "exercises/ex01_mean_row/mean_row.py").read_bytes(),
        "cy/answers/r1-basics.json": "{}", "dee/ex02.py": GOOD, "dee/helper.py": "x = 1", "dee/essay.pdf": b"%PDF",
        "dee/__pycache__/double.py": GOOD, "dee/.hidden/double.py": GOOD,
    })  # fmt: skip
    taken = Taken(course, book, root)
    assert taken.names == [
        ("ann", "ex02_double"), ("bob", "ex02_double"), ("cy", "ex02_double"), ("cy", "r1-basics"),
        ("dee", "ex02_double"),
    ]  # fmt: skip
    assert ("dee/helper.py", "looks like a test or a helper, and no exercise's file uses it") in taken.refused
    assert ("cy/exercises/ex01_mean_row/mean_row.py", "is the stub, unchanged") in taken.refused


def test_canvas(course: Path, book: Path, tmp_path: Path) -> None:
    """A Canvas zip is matched by user id; -1 marks a later attempt under the same name, LATE does no harm."""
    path = tmp_path / "submissions.zip"
    path.write_bytes(packed({
        "smithann_12345_67890_double.py": GOOD, "smithann_12345_67899_double-1.py": GOOD + "#2",
        "smithann_LATE_777_67891_double.py": GOOD + "#other Ann", "loeb_888_67892_essay.docx": b"x",
    }))  # fmt: skip
    roster = "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    roster += '"Smith, Ann",12345,S1,asmith,A\n"Smith, Ann",777,S2,asmith2,A\n'
    taken = Taken(course, book, path, roster=roster)
    assert taken.found == [
        ("asmith", "ex02_double", GOOD), ("asmith", "ex02_double", GOOD + "#2"),
        ("asmith2", "ex02_double", GOOD + "#other Ann"),
    ]  # fmt: skip
    assert [work.attempt for work in taken.works] == [1, 2, 1]
    without = Taken(course, tmp_path / "other.sqlite", path)
    assert sorted(set(without.names)) == [("smithann", "ex02_double"), ("smithann (777)", "ex02_double")]


def test_moodle(course: Path, book: Path, lay: Lay) -> None:
    """Moodle's folders and flat names are matched by participant number alone where the roster holds such numbers."""
    root = lay("moodle", {
        "Ann Smith_123_assignsubmission_file_/double.py": GOOD,
        "Bo Li_124_assignsubmission_file_double.py": GOOD + "#bo",
        "Ann Smith_123_assignsubmission_onlinetext_/onlinetext.html": "<p>",
    })  # fmt: skip
    roster = "Identifier,Full name,Email address,Status\nParticipant 123,Ann Smith,ann@x.org,\n,Bo Li,bo@x.org,\n"
    taken = Taken(course, book, root, roster=roster)
    assert taken.found == [("Bo Li (124)", "ex02_double", GOOD + "#bo"), ("ann@x.org", "ex02_double", GOOD)]
    assert not taken.students["Bo Li (124)"].enrolled


def test_gradescope(course: Path, book: Path, lay: Lay) -> None:
    """A Gradescope export names its people in submission_metadata.yml; a group's work counts for each of them."""
    metadata = """---
submission_97:
  :submitters:
  - :name: 'O''Hara, Kim'
    :sid: '31'
    :email: kim@x.org
  - :name: "Jos\\u00e9"
    :email: jose@x.org
  :created_at: 2026-02-27 20:41:44.283486000 Z
  :results:
    tests:
    - :name: not a person
submission_98:
  :submitters:
  - :name: !ruby/object evil
    :email: *alias
"""
    root = lay("export", {
        "assignment_1_export/submission_metadata.yml": metadata,
        "assignment_1_export/submission_97/double.py": GOOD, "assignment_1_export/submission_98/double.py": GOOD,
    })  # fmt: skip
    taken = Taken(course, book, root)
    assert taken.names[:2] == [("?", "ex02_double"), ("jose@x.org", "ex02_double")] and taken.names[2][0] == "kim@x.org"
    assert taken.works[1].time == 1772224904.0


def test_git_checkouts(course: Path, book: Path, lay: Lay) -> None:
    """Checkouts of one GitHub Classroom assignment lose its name; nothing inside .git is looked at."""
    root = lay("clones", {
        "ex02-double-annsmith/double.py": GOOD, "ex02-double-annsmith/.git/config": "[core]\n\tfsmonitor = touch x\n",
        "ex02-double-bo-li/double.py": GOOD, "ex02-double-bo-li/.git/HEAD": "ref: x",
        "ex02-double-bo-li/.git/double.py": "bad",
    })  # fmt: skip
    assert Taken(course, book, root).names == [("annsmith", "ex02_double"), ("bo-li", "ex02_double")]


@pytest.mark.parametrize("git", [True, False])
@pytest.mark.parametrize(
    ("users", "others"), [(("ann-kim", "ann-lee"), ("kim", "lee")), (("uni-ann", "uni-bob"), ()), (("annlee",), ())]
)
def test_classroom_folders_are_found_in_the_roster(
    course: Path, book: Path, lay: Lay, users: tuple[str, ...], others: tuple[str, ...], git: bool
) -> None:
    """Of all ends of `assignment-user-name` the longest that the roster knows wins, also for a single folder."""
    files: dict[str, str | bytes] = {f"ex02-my-double-{user}/double.py": f"{GOOD}#{user}\n" for user in users}
    files |= {f"ex02-my-double-{user}/.git/HEAD": "ref" for user in users if git}
    roster = "identifier,github_username\n" + "".join(f"{user}@x.org,{user}\n" for user in (*users, *others))
    taken = Taken(course, book, lay("clones", files), roster=roster)
    assert taken.found == [(f"{user}@x.org", "ex02_double", f"{GOOD}#{user}\n") for user in users]
    if git:
        alone = Taken(course, book, lay("clones", {}) / f"ex02-my-double-{users[0]}", roster=roster)
        assert alone.names == [(f"{users[0]}@x.org", "ex02_double")]


def test_zips_inside(course: Path, book: Path, lay: Lay) -> None:
    """A student's own zip is looked into, one zip per student too."""
    root = lay("mixed", {
        "ann/work.zip": packed({"work/double.py": GOOD}), "bo.zip": packed({"ex02_double/double.py": GOOD + "#bo"}),
        "dee/deep.zip": packed({"a.zip": packed({"b.zip": packed({"double.py": GOOD})})}),
        "eve/broken.zip": b"PK not really",
    })  # fmt: skip
    taken = Taken(course, book, root)
    assert sorted(taken.found) == [
        ("ann", "ex02_double", GOOD), ("bo", "ex02_double", GOOD + "#bo"),
    ]  # fmt: skip
    assert any(reason == "is an archive inside 2 others" for _, reason in taken.refused)
    assert any(path == "eve/broken.zip" for path, _ in taken.refused)


def test_notebooks(course: Path, book: Path, lay: Lay) -> None:
    """A notebook named after the exercise, or lying in its folder, is graded as the module inside it."""
    cells = [{"cell_type": "code", "source": GOOD}, {"cell_type": "code", "source": "print(double(2))"}]
    notebook = json.dumps({"nbformat": 4, "cells": cells})
    root = lay("class", {
        "ann/double.ipynb": notebook, "bo/ex02_double/anything.ipynb": notebook, "cy/hw ex02 final.ipynb": notebook,
        "dee/double.ipynb": "{", "eve/holiday.ipynb": notebook,
    })  # fmt: skip
    taken = Taken(course, book, root)
    assert taken.names == [(name, "ex02_double") for name in ("ann", "bo", "cy")]
    assert {source for _, _, source in taken.found} == {"# cell 1\n" + GOOD}
    assert any(path == "dee/double.ipynb" and "notebook" in reason for path, reason in taken.refused)


def test_attempts_are_ordered_by_trusted_times_only(course: Path, book: Path, lay: Lay) -> None:
    """The times of files make attempts if the instructor trusts them; else two files in one hand-in are a guess."""
    root = lay("class", {"ann/new/double.py": GOOD + "#new", "ann/b/double.py": GOOD, "ann/copy/double.py": GOOD,
                         "bo/notes.txt": "x"})  # fmt: skip
    for name, time in (("b", 1000), ("copy", 3000), ("new", 2000)):
        os.utime(root / "ann" / name / "double.py", (time, time))
    instructions = Instructions(times=Times(trust_files=True))
    taken = Taken(course, book, root, instructions=instructions)
    assert [(work.attempt, work.time, work.path) for work in taken.works] == [
        (1, 1000.0, "ann/b/double.py"), (2, 2000.0, "ann/new/double.py"),
    ]  # fmt: skip
    untrusted = Taken(course, book.with_name("other.sqlite"), root)
    assert [(work.time, work.path) for work in untrusted.works] == [(None, "ann/new/double.py")]
    assert (
        "ann/b/double.py",
        "was handed in together with ann/new/double.py, which counts by its name and place alone",
    ) in (untrusted.refused)


def test_the_stub_is_not_work(course: Path, book: Path, lay: Lay) -> None:
    """An unchanged stub, also with Windows line ends, counts as not handed in."""
    stub = DOUBLE["exercises/ex02_double/double.py"]
    taken = Taken(course, book, lay("class", {"ann/double.py": stub.replace("\n", "\r\n"), "bo/double.py": GOOD}))
    assert taken.names == [("bo", "ex02_double")]
