"""A miniature course with one quiz, and the real command run in it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source

TINY = (Path(__file__).parent / "tiny.yaml").read_text()


@pytest.fixture
def tiny() -> Quiz:
    """The author's quiz."""
    return parse_source(TINY, "tiny.yaml").quiz


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder that has the quiz and its checks."""
    folder = tmp_path / "course"
    (folder / "quizzes").mkdir(parents=True)
    (folder / "quizzes" / "tiny.yaml").write_text(TINY)
    (folder / "quizzes" / "checks.py").write_text("def secret_check():\n    assert 1 + 2 == 3\n")
    return folder


Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli() -> Cli:
    """Runs `grader quiz ...` in a folder, with the given standard input, as a user would."""

    def run(folder: Path, *arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "grader", "quiz", *map(str, arguments)],
            cwd=folder,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "90", "OMP_NUM_THREADS": "1"},
        )

    return run
