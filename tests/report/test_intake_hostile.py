"""What is handed in decides nothing about others: hostile archives and folders, claims on other people's names."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from .conftest import Lay
from .taken import GOOD, Taken, packed


def test_a_user_name_that_ends_like_another_gains_nothing(course: Path, book: Path, lay: Lay) -> None:
    """Only what all folders begin with is the assignment's name, and an end that fits two students is listed."""
    root = lay("clones", {"hw2-bob/double.py": GOOD, "hw2-x-ann/double.py": "x = 1\n", "hw2-kim/double.py": "x = 2\n"})
    roster = "student,name,github\ns1,Ann,ann\ns2,Bob,bob\ns3,Kim,k1\ns4,Kim,k2\n"
    taken = Taken(course, book, root, roster=roster)
    owners = {source: student for student, _, source in taken.found}
    assert owners[GOOD] == "s2" and owners["x = 1\n"] not in ("s1", "s2") and owners["x = 2\n"] not in ("s3", "s4")
    assert any("fits s3 and s4 on the roster alike" in reason for _, reason in taken.refused)


def test_hostile_zips(course: Path, book: Path, tmp_path: Path) -> None:
    """Members that lead out, are links, are encrypted, damaged or too large are refused; the others are graded."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ann/double.py", GOOD)
        archive.writestr("ann/../../double.py", "slip")
        archive.writestr("/etc/double.py", "slip")
        link = zipfile.ZipInfo("bo/double.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("cy/double.py", b"#" * (3 << 20))
        archive.writestr("dee/double.py", "a = 'to be damaged'" * 50)
        archive.writestr("dee/mean_row.py", GOOD)
    data = bytearray(raw.getvalue())
    place = data.find(b"dee/double.py") + len("dee/double.py")
    data[place + 4 : place + 12] = b"\xff" * 8
    path = tmp_path / "class.zip"
    path.write_bytes(data)
    taken = Taken(course, book, path)
    assert taken.names == [("ann", "ex02_double"), ("dee", "ex01_mean_row")]
    reasons = {path: reason for path, reason in taken.refused}
    assert reasons["ann/../../double.py"] == reasons["/etc/double.py"] == "has a path that leads out of the archive"
    assert reasons["bo/double.py"] == "is a symbolic link" and reasons["cy/double.py"] == "unpacks to more than 1 MiB"
    assert "damaged" in reasons["dee/double.py"]


def test_hostile_folders(course: Path, book: Path, lay: Lay, tmp_path: Path) -> None:
    """Links, FIFOs, huge files and names that cannot be shown are refused with a reason; nothing is followed."""
    secret = tmp_path / "double.py"
    secret.write_text("SECRET = 1")
    root = lay(
        "class", {"ann/double.py": GOOD, "bo/readme.txt": "", "cy/readme.txt": "", "dee/double.py": b"#" * (3 << 20)}
    )
    (root / "bo" / "double.py").symlink_to(secret)
    (root / "bo" / "ex02_double").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(root / "cy" / "double.py")
    lay("class", {"e\u202evil/double.py": GOOD, "cy/mean_row.py": GOOD})
    deep = root / "fay" / Path(*["d"] * 30)
    deep.mkdir(parents=True)
    taken = Taken(course, book, root)
    assert taken.names == [("ann", "ex02_double"), ("cy", "ex01_mean_row")]
    reasons = {path: reason for path, reason in taken.refused}
    assert reasons["bo/double.py"] == "is a symbolic link" and reasons["cy/double.py"] == "is not a regular file"
    assert reasons["dee/double.py"] == "is larger than 1 MiB"
    assert any(path == "e\\u202evil" and "cannot be shown" in reason for path, reason in taken.refused)
    assert not any("SECRET" in source for _, _, source in taken.found)


@pytest.mark.parametrize(("allowed", "size", "taken"), [(2, 2000, True), (2, 3000, False), (2048, 3 << 19, True)])
def test_a_report_takes_as_much_code_as_a_check(
    course: Path, book: Path, lay: Lay, allowed: int, size: int, taken: bool
) -> None:
    """`source_kb` of the exercise bounds a file in a folder and one in a zip, as it does for `grader check`."""
    table = course / "exercises" / "ex02_double" / "exercise.toml"
    text = table.read_text(encoding="utf-8")
    head, mark, limits = text.partition("\n[")
    table.write_text(f"{head}\nsource_kb = {allowed}\n{mark}{limits}", encoding="utf-8")
    code = GOOD + "#" * (size - len(GOOD))
    root = lay("class", {"ann/double.py": code, "bo/work.zip": packed({"double.py": code})})
    found = Taken(course, book, root)
    table.write_text(text, encoding="utf-8")
    assert found.names == ([("ann", "ex02_double"), ("bo", "ex02_double")] if taken else [])
    reasons = sorted(reason for _, reason in found.refused)
    assert reasons == ([] if taken else ["is larger than 2 KiB", "unpacks to more than 2 KiB"])


def test_two_folders_for_one_student_are_a_conflict(course: Path, book: Path, lay: Lay) -> None:
    """Folders that differ only by case, width or how an accent is composed are shown, and nobody is credited."""
    for names in (("alice", "Alice"), ("Jose\u0301", "Jos\u00e9"), ("ann1", "ann\uff11")):
        files = {f"{name}/double.py": f"{GOOD}# {name}\n" for name in (*names, "bo")}
        taken = Taken(course, book, lay(f"class{len(names[0])}{names[0][:2]}", files))
        assert taken.names == [("bo", "ex02_double")]
        assert sum("are taken for one student" in reason for _, reason in taken.refused) == 2


def test_a_student_decides_nothing_about_others(course: Path, book: Path, lay: Lay) -> None:
    """A Gradescope file in a student's folder and a student's zip shaped like Canvas's credit and rename nobody."""
    metadata = "submission_1:\n  :submitters:\n  - :name: Ann\n    :sid: ann\n  :created_at: 2020-01-01 00:00:00 Z\n"
    canvas = packed({"ann_1_2_double.py": "raise SystemExit", "bo_3_4_double.py": GOOD})
    root = lay("class", {
        "ann/double.py": GOOD, "eve/submission_metadata.yml": metadata, "mal.zip": canvas,
        "eve/submission_1/double.py": "raise SystemExit",
    })  # fmt: skip
    taken = Taken(course, book, root)
    assert taken.names == [("ann", "ex02_double"), ("eve", "ex02_double")]
    assert {source for name, _, source in taken.found if name == "ann"} == {GOOD}
    reasons = {path: reason for path, reason in taken.refused}
    assert "decides nothing" in reasons["eve/submission_metadata.yml"]
    assert "a whole class" in reasons["mal.zip"]


CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Smith, Ann",101,s101,ann,A\n"Ory, Mal",105,s105,mal,A\n'
PEOPLE = "student,name,email\nann,Ann Smith,ann@x.org\nmal,Mal Ory,mal@x.org\n"


def test_a_files_own_name_changes_no_owner_time_or_mark(course: Path, book: Path, lay: Lay) -> None:
    """A file called as some LMS calls a classmate's stays its student's, with the time and mark of the LMS."""
    bait, bad = "x_ann_attempt_2030-01-01-00-00-00_double.py", "x = 1\n"
    moodle = "Ann Smith_11_assignsubmission_file_double.py"
    for at, (prefix, own, late, time, roster) in enumerate([
        ("smithann_101_9001_", "orymal_LATE_105_9005_", True, False, CANVAS),
        ("Homework_ann_attempt_2026-03-01-21-12-33_", "Homework_mal_attempt_2026-03-02-21-12-33_", False, True, PEOPLE),
        ("1-2 - Ann Smith - Mar 1, 2026 912 PM - ", "3-4 - Mal Ory - Mar 2, 2026 912 PM - ", False, True, PEOPLE),
        ("Ann Smith_11_assignsubmission_file_", "Mal Ory_12_assignsubmission_file_", False, False, PEOPLE),
    ]):  # fmt: skip
        for name in (bait, moodle, "smithann_101_9009_double.py"):
            files = {f"{prefix}double.py": GOOD, f"{own}{name}": bad}
            root = lay(f"{at}-{name[:2]}", files)
            taken = Taken(course, book, root, roster=roster)
            assert taken.found == [("ann", "ex02_double", GOOD), ("mal", "ex02_double", bad)], (prefix, name)
            assert taken.works[1].late == late and bool(taken.works[1].time) == time
            assert not time or taken.works[1].time < 1.8e9  # of 2026, not of 2030


def test_names_that_differ_in_a_vowel_sign_are_two_students(course: Path, book: Path, lay: Lay) -> None:
    """Marks that are letters of their script tell students apart; accents and punctuation still do not."""
    roster = "student,name,email\ns1,\u0930\u093e\u092e,a@x.org\ns2,Ren\u00e9e O'Neil,b@x.org\n"
    files = {"\u0930\u092e\u093e/double.py": "x = 1\n", "Rene\u0301e ONeil/double.py": GOOD}
    taken = Taken(course, book, lay("class", files), roster=roster)
    assert {student: source for student, _, source in taken.found} == {"\u0930\u092e\u093e": "x = 1\n", "s2": GOOD}


def test_a_name_that_looks_like_another_is_refused(course: Path, book: Path, lay: Lay) -> None:
    """A folder whose name ends in a letter that no font shows is nobody's, and listed with the letter's number."""
    for mark in "\u3164\u1160\u034f\u180e":
        taken = Taken(course, book, lay(f"class{ord(mark)}", {"ann/double.py": GOOD, f"ann{mark}/double.py": "x = 1"}))
        assert taken.found == [("ann", "ex02_double", GOOD)]
        assert any("cannot be shown" in why and f"\\u{ord(mark):04x}" in path for path, why in taken.refused)


def test_a_git_folder_changes_no_name(course: Path, book: Path, lay: Lay) -> None:
    """What one student's `.git` lies in is no assignment's checkout: `x-ann` stays apart from `ann`."""
    for at, checkouts in enumerate((["x-ann"], ["x-1", "x-2"])):
        files = {"ann/double.py": GOOD, "x-ann/double.py": "x = 1\n"} | {f"{one}/.git/HEAD": "" for one in checkouts}
        for roster in (PEOPLE, ""):
            taken = Taken(course, book, lay(f"class{at}", files), roster=roster)
            assert taken.found == [("ann", "ex02_double", GOOD), ("x-ann", "ex02_double", "x = 1\n")]


def test_two_zips_for_one_student_are_a_conflict(course: Path, book: Path, lay: Lay) -> None:
    """Zips beside each other, or beside a folder, whose different names mean one student are shown, not credited."""
    bad = packed({"double.py": "x = 1\n"})
    for at, other in enumerate(("ann.zip", "ann/double.py")):
        data = packed({"double.py": GOOD}) if other.endswith("zip") else GOOD
        taken = Taken(
            course, book, lay(f"class{at}", {"Ann Smith.zip": bad, other: data, "mal.zip": bad}), roster=PEOPLE
        )
        assert taken.names == [("mal", "ex02_double")]
        assert sum("are taken for one student" in reason for _, reason in taken.refused) == 2


def test_what_is_given_by_a_students_name_is_theirs_alone(course: Path, book: Path, lay: Lay) -> None:
    """A zip or folder called as somebody credits nobody whose folder lies in it, in whatever order things are given."""
    bad = "x = 1\n"
    inside = {"ann/double.py": bad, "bob/double.py": bad, "notes/double.py": bad}
    root = lay("class", {"mal.zip": packed(inside), "ann.zip": packed({"double.py": GOOD})})
    for paths in ([root / "mal.zip", root / "ann.zip"], [root / "ann.zip", root / "mal.zip"]):
        taken = Taken(course, book, *paths, roster=PEOPLE)
        assert [(name, source) for name, _, source in taken.found if name == "ann"] == [("ann", GOOD)]
        assert {name for name, *_ in taken.found} == {"ann", "mal"}
        taken = Taken(course, book, *paths)
        assert [(name, source) for name, _, source in taken.found if name == "ann"] == [("ann", GOOD)]
    folders = lay("given", {f"mal/{name}": text for name, text in inside.items()} | {"ann/double.py": GOOD})
    for paths in ([folders / "mal"], [folders / "mal", folders / "ann"]):
        taken = Taken(course, book, *paths, roster=PEOPLE)
        assert ("mal", "ex02_double", bad) in taken.found
        assert [source for name, _, source in taken.found if name != "mal"] == [GOOD][: len(paths) - 1]


def test_a_zip_with_somebody_elses_folder_is_a_conflict_or_a_guess(course: Path, book: Path, lay: Lay) -> None:
    """Among zips of single students it counts for nobody, by itself for the folder's owner, which is listed."""
    single, trap = packed({"double.py": GOOD}), packed({"ann/double.py": "x = 1\n"})
    root = lay(
        "zips", {"bo.zip": single, "mal.zip": trap, "ann (1).zip": trap, "ann.zip": packed({"ann/double.py": GOOD})}
    )
    for roster in ("", PEOPLE):
        for name in ("mal", "ann (1)"):
            if roster and name == "mal":
                continue  # who is on the roster under the zip's name owns it
            paths = [root / "bo.zip", root / f"{name}.zip", root / "ann.zip"]
            taken = Taken(course, book, *paths, roster=roster)
            assert taken.found == [("ann", "ex02_double", GOOD), ("bo", "ex02_double", GOOD)], taken.found
            assert [path for path, why in taken.refused if "counts for nobody: if it is" in why] == [str(paths[1])]
    alone = Taken(course, book, root / "mal.zip")
    assert alone.found == [("ann", "ex02_double", "x = 1\n")]
    assert [why for path, why in alone.refused if path == str(root / "mal.zip") and "nobody says who made it" in why]
    own = Taken(course, book, root / "ann.zip")
    assert own.found == [("ann", "ex02_double", GOOD)] and not own.refused


def test_two_students_make_no_assignments_of_a_class(course: Path, book: Path, lay: Lay) -> None:
    """Folders that look like assignments around a class change no owner of a workspace that lies beside them."""
    traps = {f"{one}/{name}/double.py": f"{one} = '{name}'\n" for one in ("eve", "mal") for name in ("ann", "bob")}
    files = traps | {"ann/exercises/ex02_double/double.py": GOOD}
    taken = Taken(course, book, lay("class", files))
    assert {(name, source) for name, _, source in taken.found if name not in ("eve", "mal")} == {("ann", GOOD)}


def test_a_students_folder_given_by_name_is_no_download(course: Path, book: Path, lay: Lay) -> None:
    """`grader report ann mal`: what looks like an LMS's download in a student's folder credits nobody."""
    metadata = "submission_1:\n  :submitters:\n  - :name: Ann Smith\n    :sid: ann\n"
    for files in (
        {"submission_metadata.yml": metadata, "submission_1/double.py": "x = 1\n"},
        {"smithann_101_9001_double.py": "x = 1\n"},
    ):
        taken = Taken(course, book, lay("mal", files), roster=PEOPLE)
        assert taken.found == []
        assert any("named after one student" in reason for _, reason in taken.refused)
