"""What is so on Windows, tried wherever the tests run: paths, names, line ends, a file in the cloud, Ctrl-C."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path, PureWindowsPath

import pytest

from grader.base import regular
from grader.base.errors import CourseError, SubmissionError
from grader.base.text import file_name
from grader.course.course import Course
from grader.course.exercise import read_exercise
from grader.course.state import is_stub, pristine
from grader.sandbox.host.surroundings import guest_path

from .conftest import CONTROLS, TESTS, Grader

ROOT = TESTS.parent
TINY = TESTS / "courses" / "tiny"
RIGHT = (CONTROLS / "right.py").read_bytes()
LONGEST = 260  # of a whole path, unless the user has lifted it
DOWNLOADS = PureWindowsPath(
    r"C:\Users\Maximiliane Oberhuber\OneDrive - University of Applied Sciences\Documents\course"
)
LOOP = """
def mean_row(x):
    while True:
        open({place!r}, "w").close()
"""


def test_drive_letters_and_backslashes(grader: Grader, tmp_path: Path) -> None:
    """A path with a drive and backslashes reaches the record, the refusal and the advice letter by letter."""
    typed = r"C:\Users\Jörg Groß\new\x41\mean_row.py"
    refused = grader("check", "ex01", "--submission", typed, cwd=tmp_path)
    if sys.platform != "win32":  # there it is a path; here one name, which no step may take apart or read escapes in
        assert refused.returncode == 2
        shutil.copytree(TINY, tmp_path / "tiny")
        (tmp_path / "tiny" / typed).write_bytes(RIGHT)
        record = json.loads(grader("check", "ex01", "--submission", typed, "--json", cwd=tmp_path / "tiny").stdout)
        assert record["outcome"] == "passed"
    missing = grader("check", "ex01", "--submission", typed[:-3])
    assert missing.returncode == 2 and f"{typed[:-3]}: no such file or folder" in missing.stderr


def test_every_text_file_is_opened_as_utf8() -> None:
    """No file and no pipe of text is read in the encoding that a Windows console happens to have."""
    found = []
    for path in sorted((ROOT / "grader").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and lacks_encoding(node):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def lacks_encoding(node: ast.Call) -> bool:
    """Whether a call opens text and does not say in which encoding."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    said = {word.arg: word.value for word in node.keywords}
    if "encoding" in said or None in said:
        return False
    if name in ("read_text", "write_text"):
        return isinstance(node.func, ast.Attribute) and len(node.args) < 1 + (name == "write_text")
    if name in ("run", "Popen", "check_output"):
        return "text" in said or "universal_newlines" in said
    if name == "open" and isinstance(node.func, ast.Name):
        mode = node.args[1] if len(node.args) > 1 else said.get("mode", ast.Constant("r"))
        return isinstance(mode, ast.Constant) and "b" not in str(mode.value)
    return False


def test_a_stub_with_carriage_returns_is_not_started(grader: Grader, tmp_path: Path) -> None:
    """git's autocrlf rewrites the stubs: they are still the stubs, in `check` and `list`."""
    root = tmp_path / "Kurs mit Leerzeichen"
    grader("init", root, "ex01", cwd=tmp_path)
    exercise = Course.load(root).exercise("ex01")
    stub = pristine(exercise)
    assert stub is not None and b"\r" not in stub
    exercise.stub.write_bytes(stub.replace(b"\n", b"\r\n"))

    assert is_stub(exercise, "", exercise.stub.read_bytes())
    told = grader("check", "ex01", cwd=root)
    assert told.returncode == 1 and "not started" in told.stdout
    assert "0 of 1 passed" in grader("list", cwd=root).stdout


def test_a_course_with_carriage_returns_is_graded(grader: Grader, tmp_path: Path) -> None:
    """A checkout whose suite, TOML and solution have Windows' line ends grades as the other one does."""
    root = tmp_path / "crlf"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    for path in root.rglob("*"):
        if path.suffix in (".py", ".toml", ".md"):
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    done = grader("check", "ex01", "--submission", CONTROLS / "right.py", "--json", cwd=root)
    assert json.loads(done.stdout)["points"] == {"earned": 6, "possible": 6}


def test_names_that_differ_by_case_are_two_files() -> None:
    """`Anna` and `anna` never share a file, where the system takes both names for one."""
    names = [file_name(one).casefold() for one in ("Anna", "anna", "ANNA", "Ännä", "ännä")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('file = "con.py"', "'con.py' is a device on Windows"),
        ('file = "Nul.py"', "'Nul.py' is a device on Windows"),
        ('file = "work.py"\nfiles = ["aux.py"]', "'aux.py' is a device on Windows"),
        ('file = "work.py"\nfiles = ["Work.py"]', "`files` names Work.py a second time"),
        ('file = "work.py"\nfiles = ["a.py", "A.py"]', "`files` names A.py a second time"),
        ('file = "work.py"\n[[data]]\nfile = "com1/x.csv"\nlicense = "mine"', "'com1/x.csv' is a device on Windows"),
    ],
)
def test_an_exercise_asks_for_no_file_that_windows_cannot_hold(tmp_path: Path, toml: str, words: str) -> None:
    """Devices, and names that are one there, are refused when the course is read, on every system."""
    folder = tmp_path / "exercises" / "ex01_work"
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(f'format = 1\ntitle = "Work"\n{toml}\n', encoding="utf-8")
    with pytest.raises(CourseError) as found:
        read_exercise(folder)
    assert words in str(found.value)


def test_no_device_becomes_an_exercise(grader: Grader, course: Path) -> None:
    """`grader new ex09_con` would be handed in as con.py, and is refused with the reason; nothing is written."""
    done = grader("new", "ex09_con")
    assert done.returncode == 2 and "con.py, which is a device on Windows" in done.stderr
    assert not (course / "exercises" / "ex09_con").exists()


def test_the_course_fits_into_a_long_path() -> None:
    """Below a long user name and a OneDrive folder every file of the course keeps within Windows' 260 characters."""
    parts = ("exercises", "solutions", "quizzes", "demos", "grader")
    places = [path.relative_to(ROOT) for part in parts for path in (ROOT / part).rglob("*") if path.suffix != ".pyc"]
    longest = max(places, key=lambda place: len(str(place)))
    assert len(str(DOWNLOADS / PureWindowsPath(*longest.parts))) < LONGEST, longest


def test_a_long_path_is_graded(grader: Grader, tmp_path: Path) -> None:
    """A submission below a path of more than 260 characters is graded, or refused in a sentence that names it."""
    path = tmp_path.joinpath(*["a folder with a rather long name"] * 8) / "mean_row.py"
    assert len(str(path)) > LONGEST
    try:
        path.parent.mkdir(parents=True)
        path.write_bytes(RIGHT)
    except OSError:  # a Windows where nobody has lifted the bound
        done = grader("check", "ex01", "--submission", path)
        assert done.returncode == 2 and str(path) in done.stderr
    else:
        assert json.loads(grader("check", "ex01", "--submission", path, "--json").stdout)["outcome"] == "passed"


@pytest.mark.parametrize("number", [22, 5, 13], ids=["provider", "device", "access"])
def test_a_file_that_the_cloud_keeps_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A placeholder of OneDrive whose content cannot be fetched is no empty file: what the system says is told."""
    (tmp_path / "work.py").write_bytes(RIGHT)
    words = "The cloud file provider is not running"

    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, words)

    monkeypatch.setattr(regular, "open_below", refuse)
    with pytest.raises(SubmissionError, match=f"cannot be read: {words}"):
        regular.read_regular(tmp_path, ("work.py",), 1 << 20)


@pytest.mark.parametrize("warm", [[], ["--no-keep-warm"]], ids=["warm", "cold"])
def test_an_interrupt_ends_the_check_alone(
    grader: Grader, environment: dict[str, str], course: Path, tmp_path: Path, warm: list[str]
) -> None:
    """Ctrl-C within a loop ends the check without a traceback; what was cold is gone, what was warm goes on."""
    path, sign_of_life = tmp_path / "mean_row.py", tmp_path / "turns"
    path.write_text(LOOP.format(place=str(sign_of_life)), encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path / "temporary"))
    argv = [sys.executable, "-m", "grader", "check", "ex01", "--submission", str(path), *warm]
    apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {}
    with subprocess.Popen(
        argv, cwd=course, env=environment | places, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **apart
    ) as process:
        while not sign_of_life.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGINT)
        out, said = process.communicate(timeout=120)
    assert process.returncode not in (0, None) and b"Traceback" not in out + said
    if warm:
        sign_of_life.unlink()
        assert list((tmp_path / "temporary").iterdir()) == [] and not sign_of_life.exists()
    else:
        right = grader("check", "ex01", "--submission", CONTROLS / "right.py", "--json")
        assert json.loads(right.stdout)["outcome"] == "passed"


def test_a_name_with_spaces_and_umlauts_reaches_the_examinee(environment: dict[str, str]) -> None:
    """The user's folders in the other tests have a name such as `Jörg Groß`, and no part of them is lost on the way."""
    assert "Jörg Groß" in environment["HOME"] and os.path.isdir(environment["HOME"])
    assert all(os.path.isabs(path) for path in guest_path())
