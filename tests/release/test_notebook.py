"""`notebook = true`: learners get the stub as a notebook, too, and what they hand in is what they wrote there."""

import json
import shutil
from pathlib import Path

import pytest

from grader.commands.init import lay_out
from grader.course.course import Course
from grader.course.exercise import Exercise, read_exercise
from grader.course.notebook import notebook
from grader.verify import notebook as proof
from grader.verify.files import file_problems
from grader.verify.notebook import lost_in_notebook
from tests.release.conftest import grader

TINY = Path(__file__).parents[1] / "courses" / "tiny"
RIGHT = "def double(x):\n    return x * 2\n"


@pytest.fixture
def course(course: Path) -> Path:
    """With a notebook for its first exercise, which has a second file to hand in."""
    folder = course / "exercises" / "ex01_double"
    toml = folder / "exercise.toml"
    text = toml.read_text().replace('"double.py"\n', '"double.py"\nfiles = ["more.py"]\nnotebook = true\n')
    toml.write_text(text, encoding="utf-8")
    (folder / "more.py").write_text("# yours\nMORE = 1\n", encoding="utf-8")
    (course / "solutions" / "ex01_double" / "more.py").write_text("MORE = 1\n", encoding="utf-8")
    return course


@pytest.fixture
def exercise(course: Path) -> Exercise:
    return Course.load(course).exercise("ex01")


def test_a_released_notebook_is_checked(course: Path) -> None:
    """It is not started as it came; written into it is right code graded, unless somebody writes into the stub."""
    out = course.parent / "out"
    grader("release", "--out", out, "ex01", "ex02", cwd=course)
    folder = out / "exercises" / "ex01_double"
    assert not (out / "exercises" / "ex02_half" / "half.ipynb").exists()
    assert "[as a notebook](ex01_double/double.ipynb)" in (out / "exercises" / "README.md").read_text(encoding="utf-8")
    said = grader("check", "ex01", cwd=out, code=1)
    assert "not started; write your code in exercises/ex01_double/double.ipynb" in said

    book = json.loads((folder / "double.ipynb").read_text(encoding="utf-8"))
    (checked,) = [cell for cell in book["cells"] if "".join(cell["source"]).startswith("%%check ex01\n")]
    checked["source"] = ["%%check ex01\n", *RIGHT.splitlines(keepends=True)]
    (folder / "double.ipynb").write_text(json.dumps(book), encoding="utf-8")
    assert "1 of 1 point" in grader("check", "ex01", "--no-keep-warm", cwd=out)
    (folder / "double.py").write_text("def double(x):\n    return\n", encoding="utf-8")
    assert "0 of 1 point" in grader("check", "ex01", "--no-keep-warm", cwd=out, code=1)


def test_init_lays_it_out_once(course: Path, tmp_path: Path) -> None:
    """`init` writes it for the exercises that say so, with `--notebooks` for the others too, and keeps one there."""
    mine = tmp_path / "mine"
    one, two = mine / "exercises" / "ex01_double" / "double.ipynb", mine / "exercises" / "ex02_half" / "half.ipynb"
    names = ["ex01_double", "ex02_half"]
    lay_out(Course.load(course), mine, names)
    assert one.is_file() and not two.exists()
    one.write_text("{}", encoding="utf-8")
    written, _ = lay_out(Course.load(course), mine, names, notebooks=True)
    assert written == 1 and two.is_file() and one.read_text(encoding="utf-8") == "{}"


def test_the_stub_comes_out_of_its_notebook(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify` takes both files out of the notebook again, and names the one whose code is another then."""
    assert list(lost_in_notebook(exercise)) == []
    monkeypatch.setattr(
        proof, "notebook_of", lambda one: notebook(one, "", one.stub.read_text(), {"more.py": "MORE = 2"})
    )
    (problem,) = lost_in_notebook(exercise)
    assert problem.startswith(f"{exercise.stubs[1]}:1: its code is another one")
    monkeypatch.setattr(proof, "notebook_of", lambda one: b"{}")
    assert [one.partition(":")[0] for one in lost_in_notebook(exercise)] == [str(path) for path in exercise.stubs]


def test_a_stub_that_no_notebook_can_hold(tmp_path: Path) -> None:
    """A file in another encoding is Python, and no text of a notebook: one sentence with its place."""
    shutil.copytree(TINY, tmp_path / "course")
    folder = tmp_path / "course" / "exercises" / "ex01_mean_row"
    toml, stub = folder / "exercise.toml", folder / "mean_row.py"
    stub.write_bytes(b"# coding: latin-1\nNAME = '\xe9'\n")
    assert file_problems(read_exercise(folder)) == []
    toml.write_text(toml.read_text().replace("needs = []", "needs = []\nnotebook = true"))
    assert file_problems(read_exercise(folder)) == [
        f"{stub}:1: is not UTF-8, so that no notebook can hold it: save it as UTF-8."
    ]
