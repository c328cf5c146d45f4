"""A course that is found on the way up runs code only if its user has allowed that; nobody else is asked anything."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.course.trust import is_trusted

from .conftest import RIGHT, TINY, Run

Grader = Callable[..., Run]
PLANTED = "open('{marker}', 'a').write('ran')\n"
DEMO = '"""A demonstration."""\nPARAMETERS = ()\n'


@pytest.fixture
def clean(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has trusted nothing yet."""
    kept = {name: value for name, value in environment.items() if name != "GRADER_TRUSTED"}
    return kept | {"XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture
def grader(clean: dict[str, str]) -> Grader:
    def run(cwd: Path, *words: str | Path, **more: str) -> Run:
        argv = [sys.executable, "-m", "grader", *map(str, words)]
        done = subprocess.run(
            argv, cwd=cwd, env=clean | more, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that is there once code of the hand-in has run."""
    return tmp_path / "marker"


@pytest.fixture
def handed_in(tmp_path: Path, marker: Path) -> Path:
    """What a student handed in, shaped like a course: suite, picture and demonstration leave a mark."""
    root = tmp_path / "ann"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    exercise, planted = root / "exercises" / "ex01_mean_row", PLANTED.format(marker=marker)
    for path in (exercise / "suite" / "test_mean_row.py", exercise / "picture.py", root / "demos" / "d" / "demo.py"):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else DEMO
        path.write_text(text + planted, encoding="utf-8")
    (exercise / "mean_row.py").write_bytes(RIGHT)
    return root


EACH = ["check", "check ex01", "check --all", "check exercises/ex01_mean_row", "compare ex01", "open --export pages",
        "verify ex01 --seeds 1", "report . --out ../r", "report ../bob --out ../r", "autograder --out a.zip ex01",
        "release --out ../out ex01", "list", "next", "hint ex01", "mcp"]  # fmt: skip


@pytest.mark.parametrize("words", EACH)
def test_a_hand_in_that_looks_like_a_course_runs_nothing(
    grader: Grader, handed_in: Path, marker: Path, words: str
) -> None:
    """Whoever stands in a student's folder gets a sentence that names both ways on, from every command."""
    (handed_in.parent / "bob").mkdir()
    (handed_in.parent / "bob" / "mean_row.py").write_bytes(RIGHT)
    done = grader(handed_in, *words.split())

    assert done.returncode == 2 and not marker.exists()
    assert f"{handed_in}: brings code of its own" in done.stderr
    assert f"`grader trust {handed_in}`" in done.stderr and "--submission FILE" in done.stderr


@pytest.mark.parametrize("words", ["check", "compare", "verify", "hint"])
@pytest.mark.parametrize("alone", [False, True], ids=["in a course", "alone"])
def test_a_folder_named_as_an_exercise_runs_nothing(
    grader: Grader, handed_in: Path, marker: Path, words: str, alone: bool
) -> None:
    """Nor does naming the exercise's folder of a hand-in, from one's own course or out of it, by any path."""
    own = handed_in.parent / "own"
    shutil.copytree(TINY, own)
    assert grader(own, "trust", ".").returncode == 0
    exercise = handed_in / "exercises" / "ex01_mean_row"
    if alone:
        exercise = exercise.rename(handed_in.parent / "ex01_mean_row")
    for cwd, name in ((own, str(exercise)), (own, os.path.relpath(exercise, own)), (exercise, ".")):
        done = grader(cwd, words, name)
        assert done.returncode == 2 and not marker.exists(), done.stdout + done.stderr


def test_trust_is_given_once_for_one_folder_and_can_be_taken_back(
    grader: Grader, handed_in: Path, marker: Path, tmp_path: Path
) -> None:
    """`grader trust` lets this folder's course run, changed as it may be, no copy, no folder above or below it."""
    said = grader(tmp_path, "trust", handed_in)
    assert said.returncode == 0 and "its tests run with your rights" in said.stdout
    done = grader(handed_in / "exercises" / "ex01_mean_row", "check", "ex01")
    assert done.returncode == 0 and marker.read_text() == "ran", done.stdout + done.stderr
    suite = handed_in / "exercises" / "ex01_mean_row" / "suite" / "test_mean_row.py"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n# the author goes on\n", encoding="utf-8")
    assert grader(handed_in, "check", "ex01").returncode == 0

    shutil.copytree(handed_in, tmp_path / "copy")
    shutil.copytree(handed_in, handed_in / "inner")
    (tmp_path / "link").symlink_to(handed_in)
    assert grader(tmp_path / "copy", "check", "ex01").returncode == 2
    assert grader(handed_in / "inner", "check", "ex01").returncode == 2
    assert grader(tmp_path / "link", "check", "ex01").returncode == 0, "the same folder by another name"

    assert grader(tmp_path, "trust", "--forget", handed_in).returncode == 0
    assert grader(handed_in, "check", "ex01").returncode == 2


def test_what_cannot_be_trusted_is_said(grader: Grader, handed_in: Path, tmp_path: Path) -> None:
    """A folder without a course and a state that cannot be written are sentences; a variable helps with the second."""
    nothing = grader(tmp_path, "trust", tmp_path)
    assert nothing.returncode == 2 and "is no course" in nothing.stderr
    sealed = grader(tmp_path, "trust", handed_in, XDG_STATE_HOME=os.devnull)
    assert sealed.returncode == 2 and f"GRADER_TRUSTED={handed_in}" in sealed.stderr
    assert grader(handed_in, "check", "ex01", GRADER_TRUSTED=str(handed_in)).returncode == 0
    assert grader(handed_in, "check", "ex01", GRADER_TRUSTED=f".{os.pathsep}").returncode == 2, "no relative folder"


def test_learners_and_authors_are_asked_nothing(grader: Grader, tmp_path: Path) -> None:
    """A workspace of `init`, a course of `new`, a release that was made here: each works as it is laid out."""
    assert grader(tmp_path, "init", "mine", "ex01").returncode == 0
    assert "not started" in grader(tmp_path / "mine", "check", "ex01").stdout
    assert grader(tmp_path, "new", "--course", "own").returncode == 0
    own = tmp_path / "own"
    assert grader(own, "new", "ex02_second").returncode == 0
    assert grader(own, "check", "ex02", "--submission", "solutions/ex02_second").returncode == 0
    assert grader(own, "release", "--out", "../handout", "ex01").returncode == 0
    assert "no public tests" in grader(tmp_path / "handout", "check", "ex01").stdout
    (tmp_path / "blank" / "exercises").mkdir(parents=True)
    assert grader(tmp_path / "blank", "new", "ex01_first").returncode == 0
    assert grader(tmp_path / "blank", "check", "ex01", "--submission", "solutions/ex01_first").returncode == 0


def test_laying_out_over_a_hand_in_does_not_bless_it(grader: Grader, handed_in: Path, marker: Path) -> None:
    """`new` in a folder that brought code before, and `init` into it, leave it as untrusted as it was."""
    assert grader(handed_in.parent, "init", handed_in, "ex02").returncode == 0
    assert grader(handed_in, "new", "ex50_more").returncode == 2
    assert grader(handed_in, "check", "ex01").returncode == 2 and not marker.exists()


def test_a_workspace_without_a_suite_needs_no_trust(grader: Grader, tmp_path: Path) -> None:
    """A learner's workspace that was handed in is judged by the carried course, not by its own file."""
    assert grader(tmp_path, "init", "ann", "ex01").returncode == 0
    exercise = tmp_path / "ann" / "exercises" / "ex01_early_stopping"
    (exercise / "exercise.toml").write_text(
        'format = 1\ntitle = "easy"\nfile = "early_stopping.py"\n', encoding="utf-8"
    )
    done = grader(tmp_path / "ann", "check", "ex01", "--json")
    assert done.returncode == 1 and '"earned": 0' in done.stdout and "easy" not in done.stdout, done.stdout[:500]


def test_a_course_that_an_option_names_is_trusted(grader: Grader, tmp_path: Path) -> None:
    """--course is a person's word for this one command, and is not remembered."""
    shutil.copytree(TINY, tmp_path / "own")
    for words in ("release --out ../out --course . ex01", "autograder --out a.zip --course . ex01", "mcp --course ."):
        assert grader(tmp_path / "own", *words.split()).returncode == 0, words
    assert grader(tmp_path / "own", "list").returncode == 2


def test_a_notebook_in_an_untrusted_course_says_so(
    clean: dict[str, str], handed_in: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`%%check` there neither runs the folder's suite nor takes another course's in silence."""
    monkeypatch.delenv("GRADER_TRUSTED")
    monkeypatch.setenv("XDG_STATE_HOME", clean["XDG_STATE_HOME"])
    cells = ["%load_ext grader", "%%check ex01\ndef mean_row(x):\n    return x.mean(1)"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(book, timeout=200, resources={"metadata": {"path": str(handed_in)}}).execute()
    shown = "".join(output.get("text", "") for output in book.cells[1].outputs)

    assert f"`grader trust {handed_in}`" in shown and not marker.exists()


def test_the_note_is_of_one_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that was made for another folder, or cannot be read, trusts nothing."""
    from grader.course.trust import note_of, trust

    monkeypatch.delenv("GRADER_TRUSTED")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    trust(tmp_path / "one")
    assert is_trusted(tmp_path / "one") and not is_trusted(tmp_path / "two")
    note_of(tmp_path / "one").rename(note_of(tmp_path / "two"))
    assert not is_trusted(tmp_path / "two")
