"""An exercise that is handed in as two files: proven, checked, laid out, released and graded with both."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.base.errors import CourseError, SubmissionError
from grader.course.course import Course
from grader.course.exercise import Exercise, read_exercise
from grader.course.state import is_untouched, reset, stub_text
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox
from grader.verify.files import file_problems
from grader.verify.pool import Pool
from grader.verify.proof import transformations, variants, verify
from grader.verify.survival import survived

HINTS = "".join(f'\n[[hints]]\ntext = "{text}"\n' for text in ("Look.", "Look at both.", "Twice, then add."))
FILES = {
    "exercises/ex01_pair/exercise.toml": f"""format = 1
title = "A pair"
file = "train.py"
files = ["model.py"]
{HINTS}""",
    "exercises/ex01_pair/README.md": "# A pair\n\n`trained(3)` is `model.double(3) + 1`, which is 7.\n",
    "exercises/ex01_pair/train.py": '''import model


def trained(x):
    """model.double(x) + 1"""
    raise NotImplementedError("trained: not written yet")
''',
    "exercises/ex01_pair/model.py": '''def double(x):
    """2x"""
    raise NotImplementedError("double: not written yet")
''',
    "exercises/ex01_pair/suite/test_pair.py": '''from grader.suite import points, same


def once(module, x):
    return module.trained(x)


def twice(module, x):
    return module.model.double(x)


@points(1)
def test_trained(observe, draw):
    """trained(x) is model.double(x) + 1."""
    x = int(draw.integers(2, 100))
    same(observe(once, x), 2 * x + 1, f"trained({x})")


@points(1)
def test_doubles(observe, draw):
    """double(x) is 2x."""
    x = int(draw.integers(2, 100))
    same(observe(twice, x), 2 * x, f"double({x})")
''',
    "solutions/ex01_pair/train.py": "import model\n\n\ndef trained(x):\n    return model.double(x) + 1\n",
    "solutions/ex01_pair/model.py": "def double(x):\n    return 2 * x\n",
    "solutions/ex01_pair/mistakes/doubles_by_square.toml": """must_fail = ["test_doubles"]
says = "double("
echoes = ["test_trained"]
because = "what is trained is made of what is doubled"
tell = "Two times x, not x times x."

[[change]]
file = "model.py"
old = "2 * x"
new = "x * x"
""",
    "solutions/ex01_pair/mistakes/forgets_one.toml": """must_fail = ["test_trained"]
says = "trained("

[[change]]
old = "model.double(x) + 1"
new = "model.double(x)"
""",
}  # fmt: skip
RIGHT = {name: FILES[f"solutions/ex01_pair/{name}"] for name in ("train.py", "model.py")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "pairs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "pairs"


@pytest.fixture
def exercise(root: Path) -> Exercise:
    return read_exercise(root / "exercises" / "ex01_pair")


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Sandbox() as sandbox, Examiner(sandbox) as one:
        yield one


def handed_in(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def grader(*words: object, cwd: Path, code: int = 0) -> str:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_both_files_are_judged(exercise: Exercise, examiner: Examiner, tmp_path: Path) -> None:
    """Both right earn everything, an error in either one costs its points, and the author's words on it are told."""
    right = Submission.read(handed_in(tmp_path / "right", **{n[:-3]: t for n, t in RIGHT.items()}), exercise)
    assert dict(right.files) == {"model.py": RIGHT["model.py"].encode()}
    assert examiner.grade(exercise, right, 1).earned == 2
    wrong = handed_in(tmp_path / "wrong", train=RIGHT["train.py"], model="def double(x):\n    return x * x\n")
    record = examiner.grade(exercise, Submission.read(wrong, exercise), 1)
    assert record.earned == 0 and [v.outcome for v in record.verdicts] == ["failed", "failed"]


def test_a_missing_file_is_named(exercise: Exercise, examiner: Examiner, tmp_path: Path) -> None:
    """Who hands in one file of two is told the other one's name, by a check and in a class's grade."""
    lone = handed_in(tmp_path / "lone", train="def trained(x):\n    return 2 * x + 1\n")
    with pytest.raises(SubmissionError, match="model.py is missing: ex01 asks for train.py and model.py"):
        Submission.read(lone, exercise)
    record = examiner.grade(exercise, Submission.of((lone / "train.py").read_bytes(), "train.py"), 1)
    assert record.earned == 0 and {v.outcome for v in record.verdicts} == {"error"}
    assert all("model.py is missing" in v.message for v in record.verdicts)


def test_a_file_that_nothing_imports_comes_along(exercise: Exercise, tmp_path: Path) -> None:
    """What the exercise asks for is handed in whatever the first file says; links are refused."""
    folder = handed_in(tmp_path / "apart", train="x = 1\n", model="y = 2\n")
    both = Submission.read(folder, exercise)
    assert dict(both.files) == {"model.py": b"y = 2\n"}
    (folder / "model.py").write_text("y = 3\n", encoding="utf-8")
    again = Submission.read(folder, exercise)
    assert again.sha256 == both.sha256 and again.digest != both.digest
    (folder / "model.py").unlink()
    (folder / "model.py").symlink_to(folder / "train.py")
    with pytest.raises(SubmissionError, match="asks for model.py beside it, which"):
        Submission.read(folder, exercise)


def test_it_is_proven(exercise: Exercise) -> None:
    """`verify` runs stub, controls, mistakes, equivalent forms and mutants with both files, and misses neither."""
    with Pool(1) as pool:
        assert verify(exercise, pool, seeds=1, write=True).problems == []
        assert verify(exercise, pool, seeds=1).problems == []
        found = survived(exercise, pool)
        assert found.caught == found.total and found.total >= 4
        (exercise.solution.parent / "model.py").unlink()
        assert [
            p for p in verify(exercise, pool, seeds=1).problems if "model.py:1: the reference solution is missing" in p
        ]


def variant(exercise: Exercise, name: str, files: dict[str, str]) -> Path:
    folder = exercise.solution.parent / "variants" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


ADDS = "def double(x):\n    return x + x\n"
ONE_FIRST = "import model\n\n\ndef trained(x):\n    return 1 + model.double(x)\n"
BY_ANOTHER_NAME = {
    "train.py": "import model\n\n\ndef trained(x):\n    return 1 + model.twice(x)\n",
    "model.py": "def twice(x):\n    return x + x\n\n\ndouble = twice\n",
}


def test_a_variant_may_be_whole_files(exercise: Exercise) -> None:
    """A folder of variants has the files that look otherwise; the solution's stand in for the others."""
    variant(exercise, "by_another_name", BY_ANOTHER_NAME)
    adds = variant(exercise, "adds", {"model.py": ADDS})
    (adds.parent / "one_first.py").write_text(ONE_FIRST, encoding="utf-8")
    found = {one.name: ((exercise.file, one.source), *one.files) for one in variants(exercise)}
    assert {name: {file: data.decode() for file, data in files} for name, files in found.items()} == {
        "by_another_name": BY_ANOTHER_NAME, "adds": RIGHT | {"model.py": ADDS},
        "one_first.py": RIGHT | {"train.py": ONE_FIRST},
    }  # fmt: skip
    equivalent = {one.name.partition(",")[0] for one in transformations(exercise)}
    assert {"by_another_name/train.py", "by_another_name/model.py", "adds/model.py", "one_first.py"} <= equivalent
    with Pool(1) as pool:
        assert verify(exercise, pool, seeds=1, write=True).problems == []
        (adds / "model.py").write_text(ADDS.replace("x + x", "3 * x"), encoding="utf-8")
        problems = verify(read_exercise(exercise.folder), pool, seeds=1).problems
    assert [one for one in problems if "variant" in one and "adds" in one], problems


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "this variant has no file: put train.py, model.py there"),
        ({"modle.py": "x = 1\n"}, "modle.py:1: is no file that is handed in: train.py, model.py"),
        ({"model.py": "def double(:\n"}, "model.py:1: invalid syntax"),
    ],
)
def test_a_variant_that_is_none_is_named(exercise: Exercise, files: dict[str, str], said: str) -> None:
    """An empty folder, a file that nobody hands in and one that is no Python are problems with their place."""
    variant(exercise, "odd", files)
    assert [one for one in file_problems(exercise) if said in one], file_problems(exercise)


def test_the_digest_counts_every_file_of_the_solution(exercise: Exercise) -> None:
    """A change in the solution's second file is a change of the exercise; one in the learner's is none."""
    before = exercise.digest()
    exercise.stubs[1].write_text("# mine\n", encoding="utf-8")
    assert exercise.digest() == before
    exercise.solutions[1].write_text("def double(x):\n    return x + x\n", encoding="utf-8")
    assert exercise.digest() != before


@pytest.mark.parametrize("files", ['["train.py"]', '["model.py", "model.py"]', '["model"]', '["../model.py"]'])
def test_wrong_names_are_refused(exercise: Exercise, files: str) -> None:
    """A file that is named twice, or is no Python file of this folder, is an error of exercise.toml."""
    place = exercise.folder / "exercise.toml"
    place.write_text(place.read_text(encoding="utf-8").replace('["model.py"]', files), encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_exercise(exercise.folder)
    assert "exercise.toml" in caught.value.where and "files" in caught.value.what


def test_learners_get_both_stubs(root: Path, tmp_path: Path) -> None:
    """`init` and `release` lay out both stubs, notebooks have a cell for each, and a fresh start puts both back."""
    grader("init", tmp_path / "mine", "--notebooks", cwd=root)
    book = json.loads((tmp_path / "mine" / "exercises" / "ex01_pair" / "train.ipynb").read_text(encoding="utf-8"))
    heads = ["".join(cell["source"]).partition("\n")[0] for cell in book["cells"]]
    assert heads.index("%%writefile model.py") < heads.index("%%check ex01")
    grader("release", "ex01", "--out", tmp_path / "handout", cwd=root)
    given = Course.load(tmp_path / "handout").exercise("ex01")
    for name in ("train.py", "model.py"):
        assert (tmp_path / "mine" / "exercises" / "ex01_pair" / name).is_file()
        assert (given.folder / name).is_file() and (given.folder / ".stub" / name).is_file()
    fresh = Submission.read(given.stub, given)
    assert is_untouched(given, fresh.source, fresh.files)
    given.stubs[1].write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    begun = Submission.read(given.stub, given)
    assert not is_untouched(given, begun.source, begun.files)
    assert stub_text(given).count("NotImplementedError") == 2 and "# model.py" in stub_text(given)
    copy = reset(given, tmp_path / "handout")
    assert copy is not None and copy.name.endswith("-model.py") and "double: not" in given.stubs[1].read_text()


def test_a_class_hands_in_both(root: Path, tmp_path: Path) -> None:
    """A report takes both files of a folder or a notebook; who left one out gets nothing for it."""
    both = {name[:-3]: text for name, text in RIGHT.items()}
    handed_in(tmp_path / "class" / "ann", **both)
    handed_in(tmp_path / "class" / "bob" / "ex01_pair", train=both["train"])
    handed_in(tmp_path / "class" / "cho" / "ex01_pair", train=both["train"], model="def double(x):\n    return 3 * x\n")
    cells = [f"%%writefile model.py\n{both['model']}", f"%%check ex01\n{both['train']}"]
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": text} for text in cells]}
    handed_in(tmp_path / "class" / "dee")
    (tmp_path / "class" / "dee" / "train.ipynb").write_text(json.dumps(book), encoding="utf-8")
    handed_in(tmp_path / "class" / "eve", **{"train-1": both["train"], "Model-1": both["model"]})
    grader("report", tmp_path / "class", "--out", tmp_path / "report", "--accept-weak", "--jobs", 1, cwd=root)
    with (tmp_path / "report" / "grades.csv").open(encoding="utf-8-sig") as file:
        earned = {row["student"]: row["ex01"] for row in csv.DictReader(file)}
    assert {name: float(earned[name]) for name in ("ann", "bob", "cho", "dee", "eve")} == {
        "ann": 2,
        "bob": 0,
        "cho": 0,
        "dee": 2,
        "eve": 2,
    }
