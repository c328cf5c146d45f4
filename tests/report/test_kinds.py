"""Names and kinds of files as students and their systems make them: each is taken, or listed with owner and reason."""

import json
import zipfile
from pathlib import Path

import pytest

from .conftest import RIGHT, Lay, run
from .taken import GOOD, Taken, packed


def unflagged(files: dict[str, bytes]) -> bytes:
    """A zip whose names are these very bytes, without the flag that says UTF-8."""
    plain = {f"{'n' * (len(name.encode('latin-1')) - 2)}{at:02}": data for at, (name, data) in enumerate(files.items())}
    packed_up = packed({name: data for name, data in plain.items()})
    for at, name in enumerate(files):
        packed_up = packed_up.replace(list(plain)[at].encode(), name.encode("latin-1"))
    return packed_up


@pytest.mark.parametrize(
    ("name", "page"),
    [("Zoë Łukasz", "utf-8"), ("王小明", "utf-8"), ("C\u0327elik", "utf-8"), ("Jörg Müßig", "cp437"),
     ("Ñuño Ávila", "cp850"), ("Göran Åberg", "cp850")],
)  # fmt: skip
def test_names_in_zips_of_any_system(course: Path, tmp_path: Path, name: str, page: str) -> None:
    """A zip made on macOS or Windows without the UTF-8 flag names its students as they are called."""
    raw = f"{name}/double.py".encode(page).decode("latin-1")
    path = tmp_path / "class.zip"
    path.write_bytes(unflagged({raw: GOOD.encode(), "ann lee/double.py": b"x = 2\n"}))
    with zipfile.ZipFile(path) as archive:
        assert all(info.flag_bits & 0x800 == 0 for info in archive.infolist()) and len(archive.infolist()) == 2
    taken = Taken(course, tmp_path / "b.sqlite", path, roster=f"student,name\nfound,{name}\nann,Ann Lee\n")
    assert taken.found == [("ann", "ex02_double", "x = 2\n"), ("found", "ex02_double", GOOD)]


def test_every_kind_of_file_is_taken_or_listed(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Packed files that are no zip, texts and documents stand in the list with their owner; caches do not."""
    root = lay("class", {
        "ann/double.PY": GOOD, "bea/homework.rar": b"Rar!\x1a\x07", "cem/homework.tar.gz": b"\x1f\x8b",
        "dan/double.py.txt": GOOD, "eve/homework.7z": b"7z", "fay/double.docx": b"PK", "gus/double": GOOD,
        "hal/work.zip": packed({"inner/homework.TGZ": b"\x1f\x8b", "inner/notes.md": "x", "double.py": GOOD}),
        "ida/essay.pdf": b"%PDF", "jon/__pycache__/double.pyc": b"x", "jon/.DS_Store": b"x", "jon/Thumbs.db": b"x",
        "jon/~$essay.docx": b"x", "kim.rar": b"Rar!", "roster.csv": "student\nann\n", "DOUBLE/DOUBLE.IPYNB": "{}",
    })  # fmt: skip
    taken = Taken(course, tmp_path / "b.sqlite", root)
    assert taken.names == [("ann", "ex02_double"), ("hal", "ex02_double")]
    listed = {path: (owner, reason) for (path, reason), owner in taken.refused.items()}
    for path, owner in (
        ("bea/homework.rar", "bea"), ("cem/homework.tar.gz", "cem"), ("eve/homework.7z", "eve"), ("kim.rar", "kim"),
        ("hal/work.zip/inner/homework.TGZ", "hal"),
    ):  # fmt: skip
        assert listed[path][0] == owner and "an archive of a kind that is not opened" in listed[path][1]
    for path in ("dan/double.py.txt", "fay/double.docx", "gus/double"):
        assert listed[path][0] == path[:3] and "ex02 is graded from double.py" in listed[path][1]
    assert listed["ida/essay.pdf"] == ("ida", "no exercise asks for a file of this name")
    assert listed["hal/work.zip/inner/notes.md"][0] == "hal" and listed["roster.csv"][0] == ""
    assert listed["DOUBLE/DOUBLE.IPYNB"][0] == "DOUBLE"
    assert not any(path.startswith("jon") for path in listed) and "jon" in taken.students
    assert len(listed) == 12


def test_a_workspace_lists_nothing_of_its_own(course: Path, tmp_path: Path, lay: Lay) -> None:
    """What `grader init` laid out is neither work nor worth a line; a quiz beside the stubs is not its answers."""
    quiz = (course / "quizzes/r1-basics.yaml").read_bytes()
    root = lay("class", {
        "ann/exercises/README.md": "x", "ann/exercises/course.toml": "x", "ann/exercises/ex02_double/README.md": "x",
        "ann/exercises/ex02_double/double.py": GOOD, "ann/quizzes/r1-basics.yaml": quiz,
        "ann/exercises/lessons/l1_loop.md": "x", "ann/exercises/lessons/figures/l1_rates.svg": "x",
    })  # fmt: skip
    taken = Taken(course, tmp_path / "b.sqlite", root)
    assert taken.names == [("ann", "ex02_double")] and not taken.refused


def test_copies_of_copies_are_known_by_name(course: Path, tmp_path: Path, lay: Lay) -> None:
    """What browsers, Canvas and desktops add to a name does not hide it; text typed into Canvas has an owner."""
    names = ("double (1)-1.py", "double-1-1.py", "double-2-3.py", "Copy of double.py", "double - Copy.py",
             "double - Kopie (2).py", "double-1.ipynb")  # fmt: skip
    cell = json.dumps({"cells": [{"cell_type": "code", "source": GOOD}]})
    files: dict[str, str | bytes] = {f"s{n}_{n}1_90_{name}": GOOD for n, name in enumerate(names)}
    files |= {"s6_61_90_double-1.ipynb": cell, "s7_71_text.html": "<p>done</p>"}
    taken = Taken(course, tmp_path / "b.sqlite", lay("canvas", files))
    assert taken.names == [(f"s{n}", "ex02_double") for n in range(7)]
    assert taken.refused == {("s7_71_text.html", "is text typed into the LMS's page; hand in the Python file"): "s7"}


def test_the_shallower_of_two_files_counts(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A file in `old/` is no attempt where one lies in its place, in folders and zips, and is listed as put aside."""
    old = "def double(x):\n    return 0\n"
    root = lay("class", {
        "ann/double.py": GOOD, "ann/old/double.py": old, "bea/w.zip": packed({"old/double.py": old, "double.py": GOOD}),
    })  # fmt: skip
    taken = Taken(course, tmp_path / "b.sqlite", root)
    assert taken.found == [("ann", "ex02_double", GOOD), ("bea", "ex02_double", GOOD)]
    assert ("ann/old/double.py", "was put aside: ann/double.py counts") in taken.refused
    assert ("bea/w.zip/old/double.py", "was put aside: bea/w.zip/double.py counts") in taken.refused


def test_the_newer_of_two_names_counts(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Of files handed in together the one whose name says that it is newer counts, and both are listed as a guess."""
    old = "def double(x):\n    return 0\n"
    pairs = {
        "ann": ("old", "new"),
        "bea": ("v2", "v1"),
        "cem": ("2", "final"),
        "dee": ("backup", "v1"),
        "eve": ("9", "10"),
    }
    newer = {"ann": "new", "bea": "v2", "cem": "final", "dee": "v1", "eve": "10"}
    files: dict[str, str | bytes] = {
        f"{who}/double_{word}.py": GOOD if newer[who] == word else old for who, both in pairs.items() for word in both
    }
    taken = Taken(course, tmp_path / "b.sqlite", lay("class", files))
    assert taken.found == [(who, "ex02_double", GOOD) for who in pairs]
    listed = {path for path, _ in taken.refused}
    assert listed >= {f"{who}/double_{word}.py" for who, both in pairs.items() for word in both if newer[who] != word}


@pytest.mark.parametrize("tops", [("ex01", "ex02"), ("Homework 1", "Homework 2")])
@pytest.mark.parametrize("roster", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder_for_each_assignment(
    course: Path, tmp_path: Path, lay: Lay, tops: tuple[str, str], roster: bool, zipped: bool
) -> None:
    """Where each assignment's folder holds a folder for each student, nobody's file counts for somebody else."""
    files: dict[str, str | bytes] = {}
    for who in ("ann", "bea"):
        files |= {
            f"{tops[0]}/{who}/mean_row.py": RIGHT + f"# {who}\n",
            f"{tops[1]}/{who}/double.py": GOOD + f"# {who}\n",
        }
    root = lay("class", {"class.zip": packed(files)}) / "class.zip" if zipped else lay("class", files)
    taken = Taken(course, tmp_path / "b.sqlite", root, roster="student,name\nann,Ann\nbea,Bea\n" if roster else "")
    assert sorted(taken.names) == [(w, u) for w in ("ann", "bea") for u in ("ex01_mean_row", "ex02_double")]
    assert all(text.endswith(f"# {who}\n") for who, _, text in taken.found)


def test_a_students_own_folders_are_no_students(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Exercises' folders in one student's zip, and two tries of one exercise, stay that student's."""
    mine = packed({"ex01/mean_row.py": RIGHT, "ex02/double.py": GOOD, "ex02/old/double.py": GOOD + "# old\n"})
    root = lay("class", {"ann.zip": mine})
    assert Taken(course, tmp_path / "b.sqlite", root / "ann.zip").names == [
        ("ann", "ex01_mean_row"),
        ("ann", "ex02_double"),
    ]
    tries = lay("tries", {"bea/first/double.py": GOOD, "bea/second/double.py": GOOD + "#\n", "cem/double.py": GOOD})
    assert {who for who, _ in Taken(course, tmp_path / "c.sqlite", tries).names} == {"bea", "cem"}


def test_very_many_leftovers_are_counted(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A data set handed in by mistake is fifty lines and a number, not thousands of lines."""
    files: dict[str, str | bytes] = {f"ann/data/{number}.png": b"x" for number in range(120)}
    taken = Taken(course, tmp_path / "b.sqlite", lay("class", {"ann/double.py": GOOD} | files))
    assert len(taken.refused) == 51 and ("…", "and 70 more files that nothing asks for") in taken.refused


def test_a_document_in_the_place_of_code_is_worth_nothing(course: Path, tmp_path: Path, lay: Lay) -> None:
    """It counts like any other hand-in and makes the command end with 1; beside real work it costs nothing."""
    root = lay("class", {"ann/mean_row.py": RIGHT, "ann/mean_row.pdf": b"%PDF", "bea/mean_row.docx": b"PK"})
    done = run(root, "--out", tmp_path / "report", "--course", course, "--seed", 7, "--jobs", 1)
    assert done.returncode == 1 and "1 file refused" in done.stdout, done.stderr
    rows = (tmp_path / "report" / "grades.csv").read_text(encoding="utf-8").splitlines()
    total = rows[1].split(",")[2]
    assert rows[2].startswith(f"ann,,{total},") and rows[3].startswith("bea,,0.00,") and "mean_row.docx" in rows[3]
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "bea/mean_row.docx" in page
