"""Partial credit, a bonus and a gate mean the same in a release, an installed course and the instructor's zip."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "exercises/course.toml": """format = 1
packages = ["numpy"]

[[tracks]]
id = "one"
title = "Only part"
exercises = ["ex01_double"]
""",
    "exercises/ex01_double/exercise.toml": 'format = 1\ntitle = "Twice"\nfile = "double.py"\n',
    "exercises/ex01_double/README.md": "# Twice\n",
    "exercises/ex01_double/double.py": 'def double(x):\n    raise NotImplementedError("double: not written yet")\n',
    "exercises/ex01_double/suite/test_double.py": '''from grader.suite import earn, points, public, same


def twice(module, x):
    return module.double(x)


@public
@points(1, gate=True)
def test_gives_a_number(observe):
    """double(x) gives a number."""
    same(isinstance(observe(twice, 1), (int, float)), True, "is double(1) a number?")


@public
@points(3)
def test_parts(observe):
    """Each sign counts."""
    earn(sum(observe(twice, x) == 2 * x for x in (5, 0, -5)), of=3, message="signs")


@public
@points(2, bonus=True)
def test_text(observe):
    """double("a") is "aa"."""
    same(observe(twice, "a"), "aa", 'double("a")')
''',
    "solutions/ex01_double/double.py": "def double(x):\n    return x + x\n",
}
CASES = {
    "right": ("def double(x):\n    return x + x\n", 6, {"test_gives_a_number": 1, "test_parts": 3, "test_text": 2}),
    "two of three": (
        "def double(x):\n    return 2 * abs(x)\n", 3, {"test_gives_a_number": 1, "test_parts": 2, "test_text": 0},
    ),
    "gate shut": (
        "def double(x):\n    return [2 * x] if x == 1 else 2 * x\n", 0,
        {"test_gives_a_number": 0, "test_parts": 3, "test_text": 2},
    ),
}  # fmt: skip


def grader(*words: object, cwd: Path, env: dict[str, str] | None = None, code: int | None = 0) -> str:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    env = env or os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and code in (None, done.returncode), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, str]]]:
    """The release, the installed wheel's workspace and the unpacked zip, each with its environment."""
    home = tmp_path_factory.mktemp("credit")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for name, text in FILES.items():
        path = home / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    grader("release", "ex01", "--out", home / "handout", cwd=home / "course")
    grader("build", home / "course", "--name", "credits", "--out", home / "dist", cwd=home)
    (wheel,) = (home / "dist").glob("*.whl")
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--offline"] if uv else [sys.executable, "-m", "pip", "install"]
    argv = [*install, "--no-deps", "--no-index", "--target", str(home / "site"), str(wheel)]
    subprocess.run(argv, check=True, capture_output=True)
    wheel_env = env | {"PYTHONPATH": os.pathsep.join([str(home / "site"), str(ROOT)])}
    grader("init", home / "mine", "--course", "credits", cwd=home, env=wheel_env)
    with zipfile.ZipFile(next((home / "dist").glob("*.zip"))) as archive:
        archive.extractall(home / "zip")
    return {
        "release": (home / "handout", env), "wheel": (home / "mine", wheel_env),
        "zip": (home / "zip" / "credits", env),
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", ["release", "wheel", "zip"])
def test_points_are_the_same_everywhere(
    places: dict[str, tuple[Path, dict[str, str]]], tmp_path: Path, place: str, case: str
) -> None:
    """Two of three parts earn 2, a bonus comes on top of 4, and a failed gate leaves 0 of all that passed."""
    folder, env = places[place]
    source, earned, tests = CASES[case]
    (tmp_path / "double.py").write_text(source, encoding="utf-8")
    words = ("check", "ex01", "--submission", tmp_path / "double.py", "--json", "--no-keep-warm")
    told: Any = json.loads(grader(*words, cwd=folder, env=env, code=None))
    assert told["points"] == {"earned": earned, "possible": 4}, told
    assert {test["name"]: test["points"]["earned"] for test in told["tests"]} == tests
