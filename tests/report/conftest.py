"""A small course and a small class, written anew for each test session."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TINY = Path(__file__).parent.parent / "courses" / "tiny"
RIGHT = (TINY / "solutions" / "ex01_mean_row" / "mean_row.py").read_text(encoding="utf-8")
WRONG = (TINY / "solutions" / "ex01_mean_row" / "mistakes" / "averages_the_columns.py").read_text(encoding="utf-8")

DOUBLE = {
    "exercises/ex02_double/exercise.toml": """
format = 1
title = "Twice as much"
file = "double.py"

[limits]
seconds = 1
total_seconds = 4
""",
    "exercises/ex02_double/README.md": "# Twice as much\n",
    "exercises/ex02_double/double.py": 'def double(x):\n    raise NotImplementedError("double: not written yet")\n',
    "exercises/ex02_double/suite/test_double.py": '''
from grader.suite import points, same


def twice(module, x):
    return module.double(x)


@points(1.5, hint="Multiply by two.")
def test_doubles(observe):
    """double(x) is 2x."""
    same(observe(twice, 21), 42, "double(21)")


@points(0.5)
def test_doubles_a_negative_number(observe):
    """double(x) is 2x for x below 0 too."""
    same(observe(twice, -2), -4, "double(-2)")
''',
    "solutions/ex02_double/double.py": "def double(x):\n    return 2 * x\n",
    "quizzes/r1-basics.yaml": """
format: 1
id: r1-basics
title: Basics
questions:
  - id: sum
    kind: single
    stem: What is `1 + 1`?
    choices:
      - {id: two, correct: true, text: "2", feedback: Right it is.}
      - {id: three, text: "3", feedback: One too many it is., misconception: off-by-one}
    explanation: One and one are two.
  - id: even
    kind: multiple
    stem: Which are even?
    choices:
      - {id: a, correct: true, text: "2", feedback: It is.}
      - {id: b, correct: true, text: "4", feedback: It is.}
      - {id: c, correct: true, text: "6", feedback: It is.}
      - {id: d, text: "5", feedback: It is odd.}
    explanation: Halve them.
""",
}


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course with a second exercise and a quiz; nobody changes it."""
    root = tmp_path_factory.mktemp("course") / "tiny"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in DOUBLE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def answers(**picks: list[str]) -> str:
    """An answers file of the quiz."""
    attempt = {"attempt": 1, "picks": picks, "submitted": True}
    return json.dumps({"format": 1, "quiz": "r1-basics", "learner": "x", "attempts": [attempt]})


Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lays out files: lay("name", {"alice/double.py": "..."}) is the folder tmp_path/name."""

    def lay(name: str, files: dict[str, str | bytes]) -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, data in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return root

    return lay


def run(*args: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`grader report` as a user runs it."""
    command = [sys.executable, "-m", "grader", "report", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=env, check=False)


CLASS: dict[str, str | bytes] = {
    "alice/mean_row.py": RIGHT,
    "alice/ex02_double/double.py": "def double(x):\n    return x + x\n",
    "alice/answers/r1-basics.json": answers(sum=["two"], even=["a", "b"]),
    "bob/exercises/ex01_mean_row/mean_row.py": WRONG,
    "bob/exercises/ex02_double/double.py": DOUBLE["exercises/ex02_double/double.py"],
    "bob/answers/r1-basics.json": answers(sum=["three"], even=["a", "d"]),
    "carol/mean_row.py": "def mean_row(x:\n",
    "carol/double.py": "def double(x):\n    return abs(2 * x)\n",
    "dan/notes.txt": "I was ill.",
}
ROSTER = """student,name,email
alice,Alice Adams,alice@example.org
bob,Bob Brown,bob@example.org
carol,Carol Clark,c@example.org
erin,Erin Evans,erin@example.org
"""


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Path:
    """The report of the small class in every format, made once; tests only read it."""
    root = tmp_path_factory.mktemp("graded")
    for path, data in CLASS.items():
        file = root / "submissions" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8-sig")
    formats = [word for name in ("gradescope", "email") for word in ("--format", name)]
    done = run(root / "submissions", "--out", root / "report", "--course", course, "--seed", 7, "--jobs", 1,
               "--roster", root / "roster.csv", *formats)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.sqlite"
