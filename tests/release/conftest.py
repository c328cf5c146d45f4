"""A small course in which every line of substance of a suite, a solution and a mistake has a word of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "exercises/course.toml": """format = 1
packages = ["torch", "numpy"]

[[tracks]]
id = "one"
title = "Only part"
exercises = ["ex01_double", "ex02_half", "ex03_third"]
quizzes = ["w1-graded"]

[grades]
weights = {ex01 = 7}
""",
    "exercises/ex01_double/exercise.toml": """format = 1
title = "Twice as much"
file = "double.py"
# an author's note: SECRET_TOML
[[hints]]
text = "Multiply."
""",
    "exercises/ex01_double/README.md": "# Twice as much\n\n![a box](box.svg) and [the suite](suite/test_double.py)\n",
    "exercises/ex01_double/box.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "exercises/ex01_double/double.py": 'def double(x):\n    raise NotImplementedError("double: not written yet")\n',
    "exercises/ex01_double/suite/numbers_here.py": '''"""SECRET_DOCSTRING of the helpers."""

import math
import os

SECRET_TABLE = {"SECRET_KEY": 4242}
FIRST = 21  # SECRET_COMMENT


def expected(x):
    return doubled(x)  # SECRET_INLINE


def doubled(x):
    # SECRET_LINE
    return x + x


def secret_rule(x):
    return math.floor(x) + len(os.sep) + SECRET_TABLE["SECRET_KEY"]
''',
    "exercises/ex01_double/suite/test_double.py": '''"""SECRET_MODULE docstring."""

import numpy as np
import pytest
from numbers_here import FIRST, expected, secret_rule

from grader.suite import close, points, public, same

SECRET_CONSTANT = "SECRET_VALUE"


def twice(module, x):
    return module.double(x)


def secret_scenario(module, x):
    return module.double(module.double(x))


@pytest.fixture
def given():
    return FIRST


@public
@points(1, hint="Multiply by two.")
def test_doubles(observe, given):
    """double(x) is 2x."""
    # verify: ignores zero (SECRET_EXCUSE)
    same(observe(twice, given), expected(given), "double(21)")


@points(2, hint="SECRET_HINT: below zero too.")
def test_secret_negative(observe):
    """SECRET_SENTENCE: also below 0."""
    same(observe(twice, -2), -4, SECRET_CONSTANT)


@points(2)
def test_secret_again(observe, reference, draw):
    """SECRET_OTHER sentence."""
    x = -1 - float(np.round(draw.random(), 3))
    close(observe(secret_scenario, x), reference(secret_scenario, x), f"SECRET_WHAT {secret_rule(x)}")
''',
    "exercises/ex02_half/exercise.toml": 'format = 1\ntitle = "Half as much"\nfile = "half.py"\nneeds = ["ex01"]\n',
    "exercises/ex02_half/README.md": "# Half as much\n",
    "exercises/ex02_half/half.py": 'def half(x):\n    raise NotImplementedError("half: not written yet")\n',
    "exercises/ex02_half/suite/test_half.py": '''from grader.suite import points, same


def halve(module, x):
    return module.half(x)


@points(1)
def test_secret_half(observe):
    """SECRET_HALF."""
    same(observe(halve, 8), 4, "half(8)")
''',
    "exercises/ex03_third/exercise.toml": 'format = 1\ntitle = "A third"\nfile = "third.py"\n',
    "exercises/ex03_third/README.md": "# A third\n",
    "exercises/ex03_third/third.py": 'def third(x):\n    raise NotImplementedError("third: not written yet")\n',
    "exercises/ex03_third/suite/test_third.py": '''from grader.suite import points, public, same


def thirds(module, x):
    return module.third(x)


@public
@points(1)
def test_thirds(observe, reference):
    """third(x) is x / 3."""
    same(observe(thirds, 9), reference(thirds, 9), "third(9)")
''',
    "solutions/ex01_double/double.py": "# SECRET_SOLUTION\ndef double(x):\n    secret = 2 * x\n    return secret\n",
    "solutions/ex01_double/mistakes/secret_mistake.py": "# SECRET_MISTAKE\ndef double(x):\n    return 2 * abs(x)\n",
    "solutions/ex01_double/variants/secret_variant.py": "def double(x):\n    return sum([x, x])\n",
    "solutions/ex02_half/half.py": "def half(x):\n    secret_half = x // 2\n    return secret_half\n",
    "solutions/ex03_third/third.py": "def third(x):\n    secret_third = x / 3\n    return secret_third\n",
    "quizzes/w1-graded.yaml": """format: 1
id: w1-graded
title: First week
questions:
  - id: sum
    kind: single
    stem: What is `1 + 1`?
    choices:
      - {id: secret-two, correct: true, text: "2", feedback: SECRET_RIGHT it is.}
      - {id: secret-three, text: "3", feedback: SECRET_WRONG it is., misconception: secret-off-by-one}
    explanation: SECRET_EXPLANATION.
""",
}  # fmt: skip


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The course, to be changed at will."""
    root = tmp_path / "course"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def grader(*args: object, cwd: Path, code: int = 0) -> str:
    """What the command prints, both streams, as a user runs it; its exit code is checked."""
    command = [sys.executable, "-m", "grader", *map(str, args)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # most users' Python leaves compiled files behind
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240, env=env, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr
