"""Every command writes to whatever stands where a terminal usually does: a sentence at most, never a traceback."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from grader.cli import COMMANDS
from grader.commands.quiz import command as quiz

TINY = Path(__file__).parent.parent / "courses" / "tiny"
QUIZ = """
format: 1
id: q1-odd
title: "Łódź — λ → ∞ ✓"
questions:
  - id: one
    kind: single
    stem: "Was heißt λ → 0 für μ ≤ 1? 日本"
    choices:
      - {id: a, correct: true, text: "nichts ✓", feedback: "Ja — λ."}
      - {id: b, text: "alles ✗", feedback: "Nein — μ.", misconception: none}
    explanation: "λ → 0."
"""
ANSWERS = {
    "format": 1, "quiz": "q1-odd", "learner": "ł",
    "attempts": [{"attempt": 1, "picks": {"one": ["b"]}, "submitted": True}],
}  # fmt: skip
CALLS = {
    "list": "list", "init": "init new", "check": "check ex01 --submission wrong.py", "hint": "hint ex01",
    "compare": "compare ex01 --submission wrong.py --reveal --seed 3", "new": "new ex09_odd", "doctor": "doctor",
    "verify": "verify ex01 --seeds 1 --jobs 1", "report": "report class --out report --jobs 1 --course .",
    "release": "release --out handed ex01", "autograder": "autograder --out autograder.zip ex01",
    "open": "open --export pages", "watch": "watch ex01", "next": "next", "review": "review", "stop": "stop",
    "quiz list": "quiz list", "quiz take": "quiz take q1-odd", "quiz lint": "quiz lint",
    "quiz export": "quiz export q1-odd --format gift --out q.gift", "quiz score": "quiz score q1-odd answers.json",
    "quiz import": "quiz import in.gift --format gift --out quizzes/in.yaml",
    "build": "build . --out built", "import": "import otter in.ipynb ex07_odd", "mcp": "mcp", "trust": "trust .",
    "completion": "completion bash", "quiz new": "quiz new q2-odd", "quiz preview": "quiz preview q1-odd",
    "quiz release": "quiz release q1-odd --mode practice --out out", "quiz analyze": "quiz analyze q1-odd given",
}  # fmt: skip
NOTEBOOK = {"cells": [
    {"cell_type": "markdown", "source": "**Question 1.** Was heißt λ ✓? Schreibe `double`.", "metadata": {}},
    {"cell_type": "code", "source": "def double(x):\n    return 2 * x # SOLUTION", "metadata": {}},
], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}  # fmt: skip
GIFT = "::ł::Was heißt λ? {=nichts ✓#ja ~alles ✗#nein}\n"
PICTURE = """
def scene(module):
    return 1


def draw(submission, reference):
    from matplotlib.figure import Figure

    return Figure(figsize=(1, 1))
"""
PLACES = ["cp1252", "ascii", "full", "gone", "closed"]
HEAVY = ("verify", "report", "doctor", "compare", "check", "open")  # these write by the same means as the others
FEW = {name: ["cp1252", "full"] for name in HEAVY} | {"open": ["full"]}  # its pages are files, and written in UTF-8
TRIED = [(name, place) for name in CALLS for place in FEW.get(name, PLACES)]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one exercise and one quiz, full of letters that few encodings have."""
    root = tmp_path / "tiny"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "quizzes").mkdir()
    (root / "quizzes" / "q1-odd.yaml").write_text(QUIZ, encoding="utf-8")
    (root / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    (root / "given").mkdir()
    (root / "given" / "łukasz.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    (root / "in.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    (root / "in.gift").write_text(GIFT, encoding="utf-8")
    (root / "wrong.py").write_text("def mean_row(x):\n    raise KeyError('λ → ✓')\n", encoding="utf-8")
    (root / "class" / "łukasz").mkdir(parents=True)
    shutil.copy(root / "wrong.py", root / "class" / "łukasz" / "mean_row.py")
    return root


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """One with folders of its own, so that no other test's warm process is met or ended."""
    for name in ("run", "home"):
        (tmp_path / name).mkdir()
    found = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path / "run"), "HOME": str(tmp_path / "home")}
    found["XDG_STATE_HOME"] = str(tmp_path / "home")
    yield found
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=found, capture_output=True, check=False)


def test_every_command_is_tried() -> None:
    """The calls below name all commands and all commands of `quiz`."""
    assert isinstance(quiz, click.Group)
    known = {name for name in COMMANDS if name != "quiz"} | {f"quiz {name}" for name in quiz.commands}
    assert set(CALLS) == known


@pytest.mark.parametrize(("name", "place"), [*TRIED, ("check", "closed"), ("check", "gone")])
def test_no_traceback_wherever_it_writes(course: Path, environment: dict[str, str], name: str, place: str) -> None:
    """Letters that an encoding lacks are replaced; a full disk and a reader that is gone end it with a sentence."""
    argv = [sys.executable, "-m", "grader", *CALLS[name].split()]
    reading, writing = os.pipe()
    try:
        if place in ("full", "gone", "closed"):
            environment = environment | {"PYTHONIOENCODING": "utf-8"}
            if place == "full":
                writing = swapped(writing, os.open("/dev/full", os.O_WRONLY))
            elif place == "gone":
                reading = swapped(reading, os.open(os.devnull, os.O_RDONLY))
            close = ["sh", "-c", 'exec "$@" >&-', "sh"] if place == "closed" else []
            done = subprocess.run(
                [*close, *argv], cwd=course, env=environment, stdin=subprocess.DEVNULL, stdout=writing,
                stderr=subprocess.PIPE, check=False,
            )  # fmt: skip
        else:
            environment = environment | {"PYTHONIOENCODING": place}
            done = subprocess.run(
                argv, cwd=course, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
    finally:
        os.close(reading)
        os.close(writing)
    said = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in said and "Exception ignored" not in said
    if name == "watch":
        assert "this is no terminal" in said and done.returncode == 2
    elif place in ("cp1252", "ascii"):
        assert done.returncode in ((0, 1) if name in ("check", "quiz take", "quiz lint", "verify") else (0,)), said
    elif place == "full" and name != "stop" and done.returncode not in (0, 1):
        assert "cannot write: No space left on device" in said and done.returncode == 3


def swapped(old: int, new: int) -> int:
    """The new descriptor, the old one closed."""
    os.close(old)
    return new


@pytest.mark.parametrize("out", [[], ["--out", "sealed"]], ids=["default", "out"])
def test_compare_in_a_folder_that_cannot_be_written(course: Path, environment: dict[str, str], out: list[str]) -> None:
    """`compare` shows its numbers and says in one sentence that the picture could not be kept, and where it may go."""
    for name in (".grader", "sealed"):  # a file in the folder's place stops root, too
        (course / name).write_text("")
    (course / "exercises" / "ex01_mean_row" / "picture.py").write_text(PICTURE)
    argv = [sys.executable, "-m", "grader", "compare", "ex01", "--submission", "wrong.py", *out]
    done = subprocess.run(argv, cwd=course, env=environment, capture_output=True, text=True, check=False)

    assert "largest difference" in done.stdout and done.returncode == 0
    (said,) = [line for line in done.stderr.splitlines() if "picture" in line]
    assert "cannot be written" in said and "--out" in said
    assert "Traceback" not in done.stderr
