"""How each peer grades one file or many: set up in a folder once, then asked for points out of eight."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.checks import CHECKS

HERE = Path(__file__).parent
FILE = "early_stopping.py"
LIMIT = 120.0  # seconds for one submission
CHECK50 = """
import importlib, sys
from pathlib import Path
import check50
sys.path.insert(0, str(Path(__file__).parent))
import checks

def made(name, check):
    def run():
        sys.path.insert(0, "")
        check(importlib.import_module("early_stopping"))
    run.__name__, run.__doc__ = name, name
    return check50.check()(run)

globals().update({name: made(name, check) for name, check in checks.CHECKS.items()})
"""
OTTER = """
import types, checks
from otter.test_files import test_case
OK_FORMAT = False
name = {name!r}
points = 1

@test_case()
def test_{name}(env):
    checks.CHECKS[{name!r}](types.SimpleNamespace(**env))
"""
GRADESCOPE = """
import importlib, sys, unittest
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
sys.path[:0] = sys.argv[1:3]
import checks

def method(name):
    @weight(1)
    def test(self):
        checks.CHECKS[name](importlib.import_module("early_stopping"))
    return test

tests = type("Tests", (unittest.TestCase,), {f"test_{name}": method(name) for name in checks.CHECKS})
with open(sys.argv[3], "w") as file:
    JSONTestRunner(stream=file).run(unittest.defaultTestLoader.loadTestsFromTestCase(tests))
"""
NBGRADER = """
import sys
from pathlib import Path
import nbformat.v4 as v4, nbformat

def cell(source, name, **kind):
    made = v4.new_code_cell(source)
    about = {"schema_version": 3, "grade_id": name, "locked": False, "solution": False, "grade": False, "task": False}
    made.metadata["nbgrader"] = about | kind
    return made

def notebook(code, names):
    made = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}})
    made.cells = [cell(code, "work", solution=True)]
    for name in names:
        text = f"import types, checks\\nchecks.CHECKS['{name}'](types.SimpleNamespace(EarlyStopping=EarlyStopping))"
        made.cells.append(cell(text, name, grade=True, locked=True, points=1))
    return made

code, out, *names = sys.argv[1:]
Path(out).parent.mkdir(parents=True, exist_ok=True)
nbformat.write(notebook(Path(code).read_text(), names), out)
"""


@dataclass
class Peer:
    """One other autograder in an environment of its own below `home`."""

    home: Path
    package: str = ""
    extra: Sequence[str] = ()

    @property
    def bin(self) -> Path:
        return self.home / "environment" / "bin"

    def install(self, torch: str) -> str:
        """Makes the environment unless it is there, and tells the version."""
        if not self.bin.is_dir():
            uv = shutil.which("uv") or "uv"
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(self.bin.parent)], check=True)
            wanted = [self.package, f"torch=={torch}", "numpy", *self.extra]
            subprocess.run([uv, "pip", "install", "-q", "--python", str(self.bin / "python"), *wanted], check=True)
        asked = f"import importlib.metadata as m; print(m.version({self.package!r}))"
        done = subprocess.run([str(self.bin / "python"), "-c", asked], capture_output=True, text=True, check=True)
        self.prepare()
        return done.stdout.strip()

    def prepare(self) -> None:
        """Lays out what the peer needs beside the submissions."""

    def run(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str] | None:
        """One of the peer's commands; None if it did not end."""
        env = os.environ | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        argv = [str(self.bin / words[0]), *map(str, words[1:])]
        try:
            return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return None

    def points(self, file: Path, folder: Path) -> int:
        """Of eight, for one submission; `folder` is new and empty. 0 where the peer has no result."""
        raise NotImplementedError


class Gradescope(Peer):
    def prepare(self) -> None:
        (self.home / "run_tests.py").write_text(GRADESCOPE)

    def points(self, file: Path, folder: Path) -> int:
        shutil.copy(file, folder / FILE)
        self.run("python", self.home / "run_tests.py", HERE, folder, folder / "results.json", cwd=folder)
        return sum(bool(one.get("score")) for one in read(folder / "results.json").get("tests", []))


class Otter(Peer):
    def prepare(self) -> None:
        tests = self.home / "tests"
        tests.mkdir(exist_ok=True)
        for name in CHECKS:
            (tests / f"{name}.py").write_text(OTTER.format(name=name))
        self.run(
            "otter", "generate", "-t", tests, "-o", self.home / "autograder.zip", "--no-environment", cwd=self.home
        )

    def points(self, file: Path, folder: Path) -> int:
        shutil.copy(file, folder / FILE)
        self.run(
            "otter", "run", "-a", self.home / "autograder.zip", "-o", folder, "--no-logo", folder / FILE, cwd=folder
        )
        found = read(folder / "results.json").get("tests", [])
        return sum(bool(one.get("score")) for one in found if one["name"] in CHECKS)


class Check50(Peer):
    def prepare(self) -> None:
        package = self.home / "checks50"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text(CHECK50)
        (package / ".cs50.yaml").write_text(f'check50:\n  files:\n    - !include "{FILE}"\n')
        shutil.copy(HERE / "checks.py", package)

    def points(self, file: Path, folder: Path) -> int:
        shutil.copy(file, folder / FILE)
        out = folder / "results.json"
        self.run("check50", "--dev", "-o", "json", "--output-file", out, "--", self.home / "checks50", cwd=folder)
        return sum(one.get("passed") is True for one in read(out).get("results", []))


class Nbgrader(Peer):
    def prepare(self) -> None:
        (self.home / "notebook.py").write_text(NBGRADER)

    def points(self, file: Path, folder: Path) -> int:
        for place in ("source/ps1", "submitted/one/ps1"):
            self.run("python", self.home / "notebook.py", file, folder / place / "p.ipynb", *CHECKS, cwd=folder)
        self.run("nbgrader", "generate_assignment", "ps1", cwd=folder)
        self.run("nbgrader", "autograde", "ps1", cwd=folder)
        self.run("nbgrader", "export", cwd=folder)
        grades = folder / "grades.csv"
        rows = grades.read_text().splitlines() if grades.exists() else []
        return (
            round(float(dict(zip(rows[0].split(","), rows[1].split(","), strict=True))["raw_score"])) if rows[1:] else 0
        )


def read(path: Path) -> dict[str, Any]:
    """A peer's results; nothing where there are none, or where a submission has broken them."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def peers(home: Path) -> dict[str, Peer]:
    """All of them, by the name that the table has."""
    return {
        "gradescope-utils": Gradescope(home / "gradescope", "gradescope-utils"),
        "otter-grader": Otter(home / "otter", "otter-grader", ("ipykernel",)),
        "nbgrader": Nbgrader(home / "nbgrader", "nbgrader"),
        "check50": Check50(home / "check50", "check50"),
    }
