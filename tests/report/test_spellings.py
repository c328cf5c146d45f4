"""Files by the names that people give them, maps by hand, and what is said of a request that means nothing."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from .conftest import RIGHT, Lay, run
from .taken import GOOD

LIKE = (
    "double (1).py", "double-final.py", "Double.PY", "double_final.py", "ex02.py", "ex2.py", "EX02_double.py",
    "double copy.py", "double - Copy.py", "double(2).py", "ex02_double/solution.py", "ex02/main.py", "double.py.py",
    "double .py", "smith_double.py", "double.pyw", "week 3/double.py", "hw3_ex02.py", "double-Copy1.ipynb",
    "Copy of double.ipynb", "Kopie von double.ipynb", "hw ex02.ipynb", "Exercise 2.ipynb", "ex02_double/Untitled.ipynb",
)  # fmt: skip


UNLIKE = (
    "test_double.py", "double_utils.py", "doubl.py", "Untitled.ipynb", "double_mean_row.py", "ex01_double_2.py",
    "double.txt", "notes.md",
)  # fmt: skip


def test_names_as_people_spell_them(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Every spelling is taken for the exercise it means, or listed with its owner and a reason."""
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": GOOD}]})
    files: dict[str, str | bytes] = {
        f"s{at:02}/{name}": notebook if name.endswith("ipynb") else GOOD for at, name in enumerate(LIKE + UNLIKE)
    }
    done = run(lay("names", files), "--course", course, "--dry-run", "--csv", tmp_path / "i.csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "i.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(files) and len({row["student"] for row in rows}) == len(files)
    for row in rows:
        taken = int(row["student"][1:]) < len(LIKE)
        assert (row["counts"], row["unit"]) == (("yes", "ex02") if taken else ("no", row["unit"])), row
        assert taken or row["rule"], row


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--map", "x.py"], "is no PATTERN=UNIT"), (["--map", "x.py=ex9"], "there is no unit 'ex9'"),
        (["--members", "g.csv"], "asmiht is nobody on the roster\ndid you mean"), ([], "--out is missing"),
        (["--times", "t.csv"], "names no student or no time"), (["--times", "none.json"], "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_request_is_a_sentence(
    course: Path, tmp_path: Path, lay: Lay, args: list[str], sentence: str
) -> None:
    """A pattern, a group or a time that means nothing ends with 2, one sentence and what to do."""
    lay(".", {"g.csv": "group,student\nA,asmiht\n", "t.csv": "a,b\n1,2\n", "r.csv": "student,name\nasmith,Ann Smith\n"})
    root = lay("class", {"asmith/double.py": GOOD})
    full = [str(tmp_path / arg) if "." in arg and "=" not in arg and arg != "x.py" else arg for arg in args]
    dry = ["--dry-run"] if args else []
    done = run(root, "--course", course, "--roster", tmp_path / "r.csv", *dry, *full)
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr


def test_a_map_of_the_course(course: Path, tmp_path: Path, lay: Lay) -> None:
    """`[intake] map` in course.toml recognizes what `--map` does, and a unit that is none is an error with its name."""
    own = tmp_path / "course"
    shutil.copytree(course, own)
    toml = own / "exercises" / "course.toml"
    before = toml.read_text(encoding="utf-8") if toml.exists() else "format = 1\n"
    toml.write_text(f'{before}\n[intake]\nmap = {{"task*.py" = "ex01"}}\n', encoding="utf-8")
    root = lay("class", {"ann/task_one.py": RIGHT})
    done = run(root, "--course", own, "--dry-run")
    assert done.returncode == 0 and "map task*.py" in done.stdout, done.stderr
    toml.write_text(f'{before}\n[intake]\nmap = {{"task*.py" = "ex77"}}\n', encoding="utf-8")
    done = run(root, "--course", own, "--dry-run")
    assert done.returncode == 2 and "there is no unit 'ex77'" in done.stderr


@pytest.mark.parametrize("others", [{}, {"ann/double.py": GOOD}], ids=["alone", "in a class"])
def test_feedback_says_once_why_a_file_was_not_graded(
    course: Path, tmp_path: Path, lay: Lay, others: dict[str, str | bytes]
) -> None:
    """Who handed in a text file reads one sentence about it, also where nobody's work makes a column of the unit."""
    run(lay("class", {"cy/double.txt": "x", **others}), "--out", tmp_path / "out", "--course", course)
    text = (tmp_path / "out" / "feedback" / "cy.md").read_text(encoding="utf-8")
    assert text.count("cy/double.txt is no Python file") == 1
