"""Bad paths and names: a plain sentence and exit code 2."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import ORDINARY, RIGHT, TESTS, TINY, Check, document


@pytest.fixture(params=["plain", "json"])
def told(request: pytest.FixtureRequest, check: Check) -> Callable[..., tuple[int, str]]:
    """Exit code and words of a check that ends before anything is run, on stderr or as the document's `error`."""

    def run(*words: str | Path, **more: Any) -> tuple[int, str]:
        if request.param == "plain":
            done = check(*words, **more)
            assert done.stdout == ""
            return done.returncode, done.stderr
        done = check("--json", *words, **more)
        error = document(done)["error"]
        assert set(error) == {"what", "where", "next"}
        return done.returncode, f"{error['where']}: {error['what']}\n{error['next']}"

    return run


Told = Callable[..., tuple[int, str]]


def test_a_missing_file_is_named(told: Told, tmp_path: Path) -> None:
    """A path that does not exist, or leads through a file, exits with 2 and is named."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "none.py", tmp_path / "file" / "below.py"):
        assert told("--submission", path) == (2, told("--submission", path)[1])
        assert f"{path}: no such file or folder" in told("--submission", path)[1]


def test_a_folder_without_the_file_is_told_its_name(told: Told, tmp_path: Path) -> None:
    """A folder that holds no mean_row.py, or a folder of that name, exits with 2 and says which file is wanted."""
    (tmp_path / "mean_row.py").mkdir()
    for path in (tmp_path, tmp_path / "mean_row.py"):
        code, words = told("--submission", path)
        assert code == 2
        assert f"{path}: this folder holds no file mean_row.py" in words


def test_what_is_no_regular_file_is_refused(told: Told, tmp_path: Path) -> None:
    """A pipe or a device as the submission exits with 1 at once instead of being waited for."""
    os.mkfifo(tmp_path / "mean_row.py")
    for path in (tmp_path / "mean_row.py", Path("/dev/zero")):
        code, words = told("--submission", path)
        assert code == 1
        assert f"{path}: is not a regular file" in words


def test_fifty_megabytes_are_refused(told: Told, tmp_path: Path) -> None:
    """A file of 50 MB exits with 1 and is told the bound."""
    path = tmp_path / "mean_row.py"
    path.write_bytes(b"#" * (50 << 20))
    code, words = told("--submission", path)

    assert code == 1
    assert f"{path}: is larger than 1 MiB" in words


def test_an_unreadable_file_is_told_apart_from_a_missing_one(environment: dict[str, str], tmp_path: Path) -> None:
    """A file, or a folder above it, that this user may not read exits with 2 and says so."""
    path = tmp_path / "closed" / "mean_row.py"
    path.parent.mkdir()
    path.write_bytes(RIGHT)
    argv = ["-m", "grader", "check", str(TINY / "exercises" / "ex01_mean_row"), "--submission", str(path)]
    start = f"import os, sys; os.execv(sys.executable, [sys.executable, *{argv!r}])"
    if os.geteuid() == 0:
        become = f"sys.path.insert(0, {str(TESTS / 'attacks')!r}); from driver import become; become({ORDINARY}); "
        start = start.replace("; ", f"; {become}", 1)
    for closed, mode in ((path, 0o600), (path, 0), (path.parent, 0)):
        closed.chmod(mode if closed is not path or os.geteuid() == 0 else 0)
        done = subprocess.run(
            [sys.executable, "-c", start], env=environment, cwd="/", capture_output=True, text=True, check=False
        )
        if done.stderr.startswith("skip: "):
            pytest.skip(done.stderr.removeprefix("skip: ").strip())
        assert done.returncode == 2, done.stderr
        assert f"{path}: cannot be read: Permission denied" in done.stderr
    path.parent.chmod(0o700)


def test_an_unknown_exercise_gets_a_suggestion(told: Told) -> None:
    """An exercise that does not exist exits with 2 and the nearest name."""
    code, words = told(exercise="ex01_meanrow")
    assert code == 2
    assert "there is no exercise 'ex01_meanrow'" in words
    assert "did you mean ex01_mean_row?" in words
    assert told(exercise="x" * 5000)[0] == 2


def test_outside_a_course_the_way_in_is_named(told: Told, tmp_path: Path) -> None:
    """Where no course lies above, the command exits with 2 and names `grader init`."""
    code, words = told(cwd=tmp_path)

    assert code == 2
    assert "grader init" in words


def test_no_link_is_followed(told: Told, tmp_path: Path) -> None:
    """A link to a file that somebody may read, the solution among them, is refused wherever a submission is read."""
    solution = TINY / "solutions" / "ex01_mean_row" / "mean_row.py"
    work = tmp_path / "work"
    (work / "exercises").mkdir(parents=True)
    (work / "exercises" / "ex01_mean_row").symlink_to(solution.parent)
    (tmp_path / "mean_row.py").symlink_to(solution)
    (tmp_path / "folder").symlink_to(solution.parent)
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "mean_row.py").symlink_to("mean_row.py")
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "mean_row.py").symlink_to("/proc/self/fd/0")
    for path in (tmp_path, tmp_path / "mean_row.py", work, *(tmp_path / name for name in ("folder", "loop", "open"))):
        code, words = told("--submission", path)
        assert code == 1, words
        assert "is a symbolic link" in words


def test_a_folder_of_a_workspace_names_its_exercise(check: Check, course: Path, tmp_path: Path) -> None:
    """`ex1`, the folder of an exercise and that folder as working folder mean the exercise."""
    folder = course / "exercises" / "ex01_mean_row"
    for name, cwd in (("ex1", course), ("exercises/ex01_mean_row/", course), (".", folder)):
        done = check("--json", exercise=name, cwd=cwd)
        assert document(done)["exercise"] == "ex01_mean_row"


def test_a_notebook_is_judged_as_its_module(check: Check, tmp_path: Path) -> None:
    """`--submission mean_row.ipynb`, or the folder that holds it, is extracted as for a class, Colab's cells too."""
    cells = ["from google.colab import drive\ndrive.mount('/x')", f"%%writefile mean_row.py\n{RIGHT.decode()}"]
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    (tmp_path / "mean_row.ipynb").write_text(json.dumps(book))
    for path in (tmp_path / "mean_row.ipynb", tmp_path):
        done = check("--submission", path)
        assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "mean_row.ipynb").write_text("{}")
    broken = check("--submission", tmp_path / "mean_row.ipynb")
    assert broken.returncode == 1 and "not a notebook" in broken.stderr


def test_a_line_of_jupyter_in_a_file_is_named(check: Check, tmp_path: Path) -> None:
    """What an export of a notebook leaves in a .py file ends in a sentence about that line."""
    for line in ("get_ipython().run_line_magic('matplotlib', 'inline')", "from google.colab import drive"):
        (tmp_path / "mean_row.py").write_bytes(line.encode() + b"\n" + RIGHT)
        done = check("--submission", tmp_path / "mean_row.py")
        assert done.returncode == 1 and "this belongs to Colab or Jupyter" in done.stdout
