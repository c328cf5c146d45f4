"""The package where Python lacks what macOS and Windows lack: the words, the verdicts and the limits are the same.

What a stripped Linux cannot show stands in docs/threats.md: paths with drive letters, a real job object, real named
pipes, `sandbox-exec`.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from . import absent, python

ROOT = Path(__file__).parents[2]
CHEATS = """
harm_loop harm_memory harm_output harm_abort
forge_exit_in_the_call forge_frame forge_signs forge_patched_wire
""".split()
CHOSEN = {
    "examinee": ["tests/portable/test_examinee.py"],
    "check": ["tests/portable/test_check.py"],
    "files": ["tests/portable/test_files.py", "tests/quiz/test_terminal.py"],
    "engine": ["tests/engine/test_points.py"],
}
LONG = pytest.mark.timeout(900)  # on a busy machine: each starts many processes that load torch


@dataclass
class Place:
    """Another system: its Python, and an environment with folders of its own."""

    system: str
    python: Path
    environment: dict[str, str]

    def grader(self, *words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        argv = [str(self.python), "-m", "grader", *map(str, words)]
        done = subprocess.run(
            argv, cwd=cwd, env=self.environment, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done


@pytest.fixture(scope="module", params=absent.SYSTEMS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp(request.param)
    run = folder / "user äöü with spaces"
    run.mkdir(mode=0o700)
    environment = {name: value for name, value in os.environ.items() if name != "GRADER_TIER"}
    environment |= {"XDG_RUNTIME_DIR": str(run), "LOCALAPPDATA": str(run), "HOME": str(run)}
    found = Place(request.param, python.make(request.param, folder / "environment"), environment)
    yield found
    found.grader("stop")


def test_the_list_of_what_is_absent_is_typesheds() -> None:
    """The strip list is what `python tests/elsewhere/absent.py` reads out of typeshed now."""
    assert absent.FILE.read_text(encoding="utf-8") == absent.text()
    lists = json.loads(absent.text())
    assert {"pidfd_open", "pipe2"} <= set(lists["darwin"]["names"]["os"])
    assert {"fork", "getuid", "killpg", "register_at_fork"} <= set(lists["win32"]["names"]["os"])
    assert {"fcntl", "resource", "pwd", "termios"} <= set(lists["win32"]["modules"])
    assert "AF_UNIX" in lists["win32"]["names"]["socket"] and "SIGKILL" in lists["win32"]["names"]["signal"]


def test_it_is_stripped_for_this_package_alone(place: Place) -> None:
    """The package's own code misses what the system lacks, in processes that it starts too; others miss nothing."""
    asked = "import sys, os\nprint(sys.platform, hasattr(os, 'pidfd_open'), hasattr(os, 'fork'))"
    code = f"asked = {asked!r}\nexec(asked)\nexec(compile(asked, {str(ROOT / 'grader' / 'x.py')!r}, 'exec'))"
    done = subprocess.run([str(place.python), "-I", "-c", code], capture_output=True, text=True, check=True)
    fork = {"darwin": True, "win32": False}[place.system]
    assert done.stdout.splitlines() == ["linux True True", f"{place.system} False {fork}"]


def test_doctor_says_what_nobody_has_tried(place: Place) -> None:
    """`doctor` names the tier, that this system is untested, and asks for a report."""
    said = place.grader("doctor").stdout
    assert said.startswith("tier D")
    assert f"untested       confinement on {'macOS' if place.system == 'darwin' else 'Windows'}" in said


@LONG
def test_limits_and_forgeries(place: Place) -> None:
    """Loops, memory, output, exits and forged answers gain nothing, say which limit struck, and end alone."""
    argv = [str(place.python), str(Path(__file__).with_name("trial.py")), *CHEATS]
    done = subprocess.run(argv, env=place.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    hello, lazy, *told = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (0, "")
    assert hello == {"tier": "D", "practice": True}
    assert [one["name"] for one in told] == [*(f"cheats/{cheat}" for cheat in CHEATS), "controls/right"]
    right = told.pop()
    assert right["earned"] == right["possible"]
    for one in told:
        assert one["earned"] <= lazy["earned"], one
    said: dict[str, Any] = {one["name"].partition("/")[2]: repr(one["verdicts"]) for one in told}
    assert "no answer within" in said["harm_loop"]
    assert "out of memory" in said["harm_memory"]
    assert "BREACH" not in done.stdout


@LONG
@pytest.mark.parametrize("chosen", list(CHOSEN))
def test_chosen_tests_pass(place: Place, chosen: str) -> None:
    """The portable tests, those of quizzes and of the engine's verdicts pass there as they do here, without a skip."""
    options = ["-q", "-n0", "-p", "no:cacheprovider"]
    argv = [str(place.python), "-m", "pytest", *options, *CHOSEN[chosen]]
    done = subprocess.run(argv, env=place.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout.splitlines()[-1] and "skipped" not in done.stdout.splitlines()[-1]
