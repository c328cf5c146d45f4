"""A broken exercise is our fault: exit code 3, its file and key."""

import shutil
from pathlib import Path

import pytest

from .conftest import CONTROLS, Check, document

BROKEN = {
    "no TOML": ("format = 1\ntitle = \n", "exercise.toml:2: is not TOML: Invalid value (at line 2, column 9)"),
    "not UTF-8": ("format = 1\ntitle = 'ü'\n".encode("latin-1"), "exercise.toml: cannot be read"),
    "unknown key": ("format = 1\ntitel = 'x'\n", "exercise.toml:2: unknown key `titel`\ndid you mean `title`?"),
    "missing key": ("format = 1\ntitle = 'x'\n", "exercise.toml: `file` is missing"),
    "wrong type": ("format = 1\ntitle = 7\n", "exercise.toml:2: `title` must be text in quotes"),
    "wrong format": ("format = 2\ntitle = 'x'\nfile = 'a.py'\n", "exercise.toml:1: `format` must be 1"),
    "no Python file": (
        "format = 1\ntitle = 'x'\nfile = '../a.py'\n",
        "exercise.toml:3: `file` '../a.py' is not the name",
    ),
    "unknown limit": ("format = 1\ntitle = 'x'\nfile = 'a.py'\n[limits]\nsecond = 1\n", "did you mean `seconds`?"),
    "limit of nothing": ("format = 1\ntitle = 'x'\nfile = 'a.py'\n[limits]\nseconds = 0\n", "`limits.seconds`"),
    "limit without end": ("format = 1\ntitle = 'x'\nfile = 'a.py'\n[limits]\nseconds = nan\n", "`limits.seconds`"),
    "half a megabyte": ("format = 1\ntitle = 'x'\nfile = 'a.py'\n[limits]\nmemory_mb = 0.5\n", "a whole number"),
}


def broken(course: Path, tmp_path: Path, file: str, text: str | bytes) -> Path:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    path = root / "exercises" / "ex01_mean_row" / file
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_exercise_toml_names_file_and_key(check: Check, course: Path, tmp_path: Path, name: str) -> None:
    """A mistake in exercise.toml exits with 3 and names the file and the key or the line."""
    text, words = BROKEN[name]
    done = check(cwd=broken(course, tmp_path, "exercise.toml", text))

    assert done.returncode == 3
    assert words in done.stderr


def test_a_broken_suite_is_nobodys_zero(check: Check, course: Path, tmp_path: Path) -> None:
    """A suite that cannot be read exits with 3 and names its place, and no points are counted."""
    root = broken(course, tmp_path, "suite/test_mean_row.py", "import nothing_of_this_name\n")
    done = check("--json", "--submission", CONTROLS / "right.py", cwd=root)

    assert done.returncode == 3
    assert "nothing_of_this_name" in document(done)["error"]["what"]
    assert str(root / "exercises") in document(done)["error"]["where"]


def test_a_broken_solution_leaves_the_exercise_ungraded(check: Check, course: Path, tmp_path: Path) -> None:
    """When the solution fails the test too, the exercise exits with 3 as ungraded, in a whole document."""
    root = broken(course, tmp_path, "../../solutions/ex01_mean_row/mean_row.py", "1 / 0\n")
    done = check("--json", "--submission", CONTROLS / "right.py", cwd=root)

    assert done.returncode == 3
    assert document(done)["outcome"] == "ungraded"
    assert "suite_error" in [test["outcome"] for test in document(done)["tests"]]
