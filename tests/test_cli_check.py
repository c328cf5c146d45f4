"""`grader check` through the real command: its document, its exit codes, and a plain sentence for every bad input."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
TINY = TESTS / "courses" / "tiny"
CONTROLS = TESTS / "attacks" / "controls"
ORDINARY = 1000

Run = subprocess.CompletedProcess[str]
Check = Callable[..., Run]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A runtime folder of our own: the warm process of these tests is nobody else's, and is stopped at the end."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    environment = {k: v for k, v in os.environ.items() if k != "GRADER_TIER"} | {"XDG_RUNTIME_DIR": str(runtime)}
    yield environment
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny course, in which commands run."""
    root = tmp_path_factory.mktemp("tiny") / "course"
    shutil.copytree(TINY, root)
    return root


@pytest.fixture
def check(environment: dict[str, str], course: Path) -> Check:
    """Runs `grader check` in the course; no traceback may ever reach the user."""

    def run(*words: str | Path, exercise: str = "ex01", cwd: Path = course, **more: str) -> Run:
        argv = [sys.executable, "-m", "grader", "check", exercise, *map(str, words)]
        done = subprocess.run(argv, cwd=cwd, env=environment | more, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def document(done: Run) -> dict[str, Any]:
    """The one JSON document on stdout."""
    (line,) = done.stdout.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


# The three tiers, without a warm process


@pytest.mark.parametrize("tier", ["", "B", "D"], ids=["best", "B", "D"])
def test_the_document_tells_all(check: Check, tier: str) -> None:
    """In every tier the right code exits with 0, and the document holds what is promised."""
    forced = {"GRADER_TIER": tier} if tier else {}
    right = check("--json", "--no-keep-warm", "--seed", "3", "--submission", CONTROLS / "right.py", **forced)
    told = document(right)

    assert right.returncode == 0
    assert (told["format"], told["exercise"], told["outcome"]) == (1, "ex01_mean_row", "passed")
    assert told["points"] == {"earned": 6, "possible": 6}
    assert (told["seed"], told["device"], told["forced"]) == (3, "cpu", bool(tier))
    assert told["tier"] == tier or not tier
    assert set(told["submission"]) == {"path", "sha256"}
    assert {"python", "torch"} <= set(told["versions"])
    assert told["resembles"] is None
    assert [test["outcome"] for test in told["tests"]] == ["passed"] * 3
    wanted = {"name", "title", "outcome", "points", "message", "hint", "output", "seconds"}
    assert all(wanted <= set(test) for test in told["tests"])


def test_work_that_is_not_done_exits_with_1(check: Check) -> None:
    """Code that does nothing exits with 1, in a whole document, without a point."""
    done = check("--json", "--no-keep-warm", "--submission", CONTROLS / "lazy.py", GRADER_TIER="B")

    assert done.returncode == 1
    assert (document(done)["outcome"], document(done)["points"]["earned"]) == ("failed", 0)


def test_a_stronger_tier_than_there_is_is_refused(check: Check) -> None:
    """`--require-tier` ends with exit code 3 and the next step when the machine, or GRADER_TIER, has less to offer."""
    done = check(
        "--json", "--no-keep-warm", "--require-tier", "A", "--submission", CONTROLS / "right.py", GRADER_TIER="C"
    )

    assert done.returncode == 3
    assert "reaches tier C, you asked for A" in document(done)["error"]["what"]
    assert "grader doctor" in document(done)["error"]["next"]


# Through the warm process, as learners have it


def test_the_learner_reads_test_by_test(check: Check) -> None:
    """Without --json each test is one line with its mark, and the end tells points, seed and what to do next."""
    done = check("--submission", CONTROLS / "lazy.py")

    assert done.returncode == 1
    assert "✗ There is one mean per row.  (0/3)" in done.stdout
    assert "ex01 The mean of each row: 0 of 6 points" in done.stdout
    assert "next: `grader hint ex01`" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_stub_is_the_default(check: Check) -> None:
    """Without --submission the exercise's own stub is judged, which is not written yet."""
    done = check()

    assert done.returncode == 1
    assert "not written yet" in done.stdout


def test_a_known_mistake_is_recognized(check: Check, course: Path) -> None:
    """A submission with a known mistake's pattern of outcomes is told which one it looks like."""
    mistake = course / "solutions" / "ex01_mean_row" / "mistakes" / "counts_from_one.py"

    assert document(check("--json", "--submission", mistake))["resembles"] == "counts_from_one"


RIGHT = (CONTROLS / "right.py").read_bytes()
SOURCES = {
    "syntax error": (b"def mean_row(x:\n    return x\n", "SyntaxError", "mean_row.py:1"),
    "bad indentation": (b"def mean_row(x):\nreturn x\n", "IndentationError", "mean_row.py:2"),
    "tabs and spaces": (b"if 1:\n\tx = 1\n        y = 2\n", "inconsistent use of tabs", "the indentation is broken"),
    "wrong encoding": (RIGHT + "# für".encode("latin-1"), "not in UTF-8", "save it as UTF-8"),
    "other encoding": (RIGHT.decode().encode("utf-16"), "Error", "UTF-8"),
    "unknown encoding": (b"# coding: klingon\n" + RIGHT, "klingon", "save it as UTF-8"),
    "NUL bytes": (RIGHT + b"\0\0", "null bytes", "NUL bytes"),
    "missing function": (
        RIGHT.replace(b"def best_row", b"def worst_row"),
        "AttributeError",
        "your file has no `best_row`",
    ),
    "empty file": (b"", "AttributeError", "your file has no `mean_row`"),
    "open brackets": (b"x = " + b"(" * 90_000, "SyntaxError", "too many nested parentheses"),
    "closed brackets": (b"x = " + b"[" * 150 + b"]" * 150 + RIGHT, "", ""),
    "long chain": (b"x = " + b"-" * 300_000 + b"1\n" + RIGHT, "", ""),
    "long sum": (b"x = 1" + b" + x" * 100_000 + b"\n" + RIGHT, "", ""),
    "huge power": (b"x = 7 ** 7 ** 9\n" + RIGHT, "no answer within 2 s", "while your file was imported"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_that_is_no_python_fails_with_a_sentence(check: Check, tmp_path: Path, name: str) -> None:
    """A file that cannot be read as Python, or makes the parser suffer, exits with 1 and says what is wrong."""
    source, words, advice = SOURCES[name]
    (tmp_path / "mean_row.py").write_bytes(source)
    done = check("--submission", tmp_path)

    assert done.returncode == 1
    assert words in done.stdout
    assert advice in done.stdout


def test_marks_and_line_ends_of_other_systems_are_no_error(check: Check, tmp_path: Path) -> None:
    """A file with a byte order mark and the line ends of Windows is as right as any."""
    (tmp_path / "mean_row.py").write_bytes(b"\xef\xbb\xbf" + RIGHT.replace(b"\n", b"\r\n"))

    assert check("--submission", tmp_path).returncode == 0


# Paths


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
    assert f"{path}: is larger than 1 MB" in words


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


# A broken course

BROKEN = {
    "no TOML": ("format = 1\ntitle = \n", "exercise.toml: cannot be read: Invalid value (at line 2, column 9)"),
    "not UTF-8": ("format = 1\ntitle = 'ü'\n".encode("latin-1"), "exercise.toml: cannot be read"),
    "unknown key": ("format = 1\ntitel = 'x'\n", "exercise.toml: unknown key `titel`\ndid you mean `title`?"),
    "missing key": ("format = 1\ntitle = 'x'\n", "exercise.toml: `file` is missing"),
    "wrong type": ("format = 1\ntitle = 7\n", "exercise.toml: `title` must be of type str"),
    "wrong format": ("format = 2\ntitle = 'x'\nfile = 'a.py'\n", "exercise.toml: `format` must be 1"),
    "no Python file": ("format = 1\ntitle = 'x'\nfile = '../a.py'\n", "exercise.toml: `file` must be the name"),
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
