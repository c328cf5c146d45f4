"""`grader check` as a command, in the tier that every system has."""

import json
from pathlib import Path

from .conftest import CONTROLS, Grader

RIGHT = (CONTROLS / "right.py").read_text(encoding="utf-8")


def test_a_check_and_the_next_one(grader: Grader, environment: dict[str, str]) -> None:
    """The first check leaves a warm process, the second is served by it with the same words, `stop` ends it."""
    words = ("check", "ex01", "--submission", CONTROLS / "right.py", "--seed", "3", "--json")
    first, second = (json.loads(grader(*words).stdout) for _ in range(2))

    for record in (first, second):
        assert (record["outcome"], record["tier"]) == ("passed", "D")
        assert record["points"] == {"earned": 6, "possible": 6}
    assert "stopped 1 warm process" in grader("stop").stdout
    assert "no warm process" in grader("stop").stdout
    left = [path.suffix for path in Path(environment["HOME"]).rglob("*") if path.is_file()]
    assert not set(left) & {".sock", ".pid", ".key"}


def test_a_wrong_file_is_told_what_is_wrong(grader: Grader) -> None:
    """Code that fails gets its verdicts and exit code 1."""
    done = grader("check", "ex01", "--submission", CONTROLS / "lazy.py", "--json")
    record = json.loads(done.stdout)
    assert (done.returncode, record["outcome"]) == (1, "failed")
    assert any(verdict["outcome"] == "failed" and verdict["message"] for verdict in record["tests"])


def test_line_ends_and_marks_of_windows_are_python(grader: Grader, tmp_path: Path) -> None:
    """A file with carriage returns, and one with a byte order mark, are graded like any other."""
    path = tmp_path / "mean_row.py"
    for data in (RIGHT.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + RIGHT.encode()):
        path.write_bytes(data)
        assert json.loads(grader("check", "ex01", "--submission", path, "--json").stdout)["outcome"] == "passed"


def test_a_path_is_named_as_it_was_typed(grader: Grader, tmp_path: Path) -> None:
    """A file that does not exist, a folder without the file and one through `..` are named whole, with exit code 2."""
    for path in (tmp_path / "no file.py", tmp_path / "ünïcode" / ".." / "gone.py"):
        done = grader("check", "ex01", "--submission", path)
        assert done.returncode == 2 and f"{path}: no such file or folder" in done.stderr
    done = grader("check", "ex01", "--submission", tmp_path)
    assert done.returncode == 2 and f"{tmp_path}: this folder holds no file mean_row.py" in done.stderr


def test_a_console_without_the_letters_spells_them(grader: Grader) -> None:
    """Where the console has Windows' Western letters only, a passed test is marked `ok`."""
    said = grader("check", "ex01", "--submission", CONTROLS / "right.py", PYTHONIOENCODING="cp1252").stdout
    assert "ok " in said and "?" not in said.splitlines()[0]


def test_doctor_and_list_answer(grader: Grader) -> None:
    """`doctor` names tier and disk, `list` the exercises."""
    said = json.loads(grader("doctor", "--json").stdout)
    assert said["tier"] == "D" and said["torch"]["bytes"] > 0
    assert "ex01" in grader("list").stdout
