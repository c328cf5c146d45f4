"""Tests that pass on Linux, macOS and Windows alike, in the tier that all of them have."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CONTROLS = TESTS / "attacks" / "controls"

Done = subprocess.CompletedProcess[str]
Grader = Callable[..., Done]


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A user whose name has spaces and umlauts, and whom no other test's warm process meets."""
    home = tmp_path_factory.mktemp("users") / "Jörg Groß"
    home.mkdir(mode=0o700)
    places = dict.fromkeys(("XDG_RUNTIME_DIR", "LOCALAPPDATA", "HOME", "USERPROFILE"), str(home))
    found = os.environ | places | {"GRADER_TIER": "D"}
    yield found
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=found, check=True, capture_output=True)


@pytest.fixture(scope="package")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny course in a folder with spaces and umlauts."""
    root = tmp_path_factory.mktemp("courses") / "Übung eins"
    shutil.copytree(TESTS / "courses" / "tiny", root)
    return root


@pytest.fixture
def grader(environment: dict[str, str], course: Path) -> Grader:
    """Runs a command in the course; no traceback may ever reach the user."""

    def run(*words: str | Path, cwd: Path = course, **more: str) -> Done:
        argv = [sys.executable, "-m", "grader", *map(str, words)]
        env = environment | {"PYTHONIOENCODING": "utf-8"} | more
        done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, encoding="utf-8", errors="replace")
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run
