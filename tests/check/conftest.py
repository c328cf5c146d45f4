"""`grader check` as a command in a copy of the tiny course."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
TINY = TESTS / "courses" / "tiny"
CONTROLS = TESTS / "attacks" / "controls"
RIGHT = (CONTROLS / "right.py").read_bytes()
ORDINARY = 1000

Run = subprocess.CompletedProcess[str]
Check = Callable[..., Run]


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A runtime folder of our own: the warm process of these tests is nobody else's, and is stopped at the end."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    environment = {k: v for k, v in os.environ.items() if k != "GRADER_TIER"} | {"XDG_RUNTIME_DIR": str(runtime)}
    yield environment
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="package")
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
