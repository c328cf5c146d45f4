"""`grader import`: notebooks of otter and nbgrader become exercises; what does not translate is listed."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.assignment.parts import GradedCell
from grader.assignment.skeleton import Skeleton, skeleton
from grader.assignment.translation import translate
from grader.base.errors import UsageError
from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
Cell = dict[str, Any]


def cell(kind: str, source: str, output: str = "", **about: object) -> Cell:
    """A cell as Jupyter saves it; `about` is what nbgrader says of it."""
    found: Cell = {
        "cell_type": kind,
        "metadata": {"nbgrader": about} if about else {},
        "source": source.splitlines(True),
    }
    if kind == "code":
        result = {"output_type": "execute_result", "data": {"text/plain": [output]}, "metadata": {}}
        found |= {"outputs": [result] if output else [], "execution_count": None}
    return found


def made(tmp_path: Path, system: Any, *cells: Cell) -> Skeleton:
    path = tmp_path / "assignment.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    return skeleton(path, system, "ex07_cubes")


def part(found: Skeleton, name: str) -> str:
    (text,) = [text for path, text in found.files.items() if path.endswith(name)]
    return text


SOLVED = {"solution": True, "grade": False}
TESTED = {"solution": False, "grade": True}
CUBE = '''def cube(x):
    """x to the power of 3"""
    ### BEGIN SOLUTION
    return x**3
    ### END SOLUTION'''
WHOLE = '''"""cube() takes whole numbers"""
assert cube(2) == 8
assert 27 == cube(3), "not 27"
### BEGIN HIDDEN TESTS
assert cube(-1) == -1
### END HIDDEN TESTS'''
ARRAYS = """x = np.arange(3.0)
assert np.allclose(cube(x), x * x * x, atol=1e-3)
assert abs(cube(0.5) - 0.125) < 1e-6"""
ERRORS = """try:
    cube("a")
except TypeError:
    pass
else:
    raise AssertionError()"""
NBGRADER = (
    cell("markdown", "# Cubes\n\nThe cube of 2 is 8."),
    cell("code", "%matplotlib inline\nimport numpy as np"),
    cell("code", CUBE, grade_id="cube", **SOLVED),
    cell("code", "cube(2)"),
    cell("code", WHOLE, grade_id="whole", points=2, **TESTED),
    cell("code", ARRAYS, grade_id="arrays", points=1.5, **TESTED),
    cell("code", ERRORS, grade_id="errors", points=1, **TESTED),
    cell("markdown", "Because.", grade_id="why", points=1, solution=True, grade=True),
)
MARKED = '''def cube(x):
    y = x * x # SOLUTION
    # BEGIN IGNORE
    print(y)
    # END IGNORE
    return y * x # SOLUTION
""" # BEGIN PROMPT
...
""" # END PROMPT
eight = cube(2)'''
OTTER = (
    cell("raw", "# ASSIGNMENT CONFIG\nname: cubes"),
    cell("code", "import otter\ngrader = otter.Notebook()"),
    cell("raw", "# BEGIN QUESTION\nname: q1\npoints: 3"),
    cell("markdown", "# Cubes\n\nThe cube of 2 is 8."),
    cell("raw", "# BEGIN SOLUTION"),
    cell("code", MARKED),
    cell("raw", "# END SOLUTION"),
    cell("raw", "# BEGIN TESTS"),
    cell("code", "cube(3)", "27"),
    cell("code", "cube(2) == 8", "True"),
    cell("code", '""" # BEGIN TEST CONFIG\npoints: 0.5\nhidden: true\n""" # END TEST CONFIG\neight', "8"),
    cell("code", "# HIDDEN\n1 < cube(2) < 9", "True"),
    cell("raw", "# END TESTS"),
    cell("raw", "# END QUESTION"),
)


def test_an_nbgrader_assignment(tmp_path: Path) -> None:
    """Text, stub, solution and tests come out of their cells; by hand is left what is graded by hand."""
    found = made(tmp_path, "nbgrader", *NBGRADER)
    assert part(found, "README.md") == "# Cubes\n\nThe cube of 2 is 8.\n"
    assert part(found, "solutions/ex07_cubes/cubes.py").endswith("    return x**3\n")
    stub = part(found, "exercises/ex07_cubes/cubes.py")
    assert '"""x to the power of 3"""' in stub and "x**3" not in stub and "cube: not written yet" in stub
    suite = part(found, "test_cubes.py")
    assert "@points(2)" in suite and "@points(1.5)" in suite and (found.tests, found.checks) == (2, 5)
    assert '"""cube() takes whole numbers"""' in suite and "SOLUTION" not in suite
    assert "close(observe(arrays_1), x * x * x, 'cube(x)', atol=0.001)" in suite
    assert "close(observe(arrays_2), 0.125, 'cube(0.5)', rtol=0, atol=1e-06)" in suite
    left = "\n".join(f"{line}: {why}" for line, why in found.left)
    assert "errors: try:" in left and "observe.refuses" in left
    assert "why: an answer in words" in left and "`cube(2)`" in left and len(found.left) == 3


def test_an_otter_assignment(tmp_path: Path) -> None:
    """Raw cells, line marks, prompts and outputs are understood; otter's own lines go."""
    found = made(tmp_path, "otter", *OTTER)
    solution = part(found, "solutions/ex07_cubes/cubes.py")
    assert solution == "def cube(x):\n    y = x * x\n    return y * x\n\n\neight = cube(2)\n"
    stub = part(found, "exercises/ex07_cubes/cubes.py")
    assert "cube: not written yet" in stub and "eight = ..." in stub and "x * x" not in stub
    suite = part(found, "test_cubes.py")
    assert "same(observe(q1_1), 27, 'cube(3)')" in suite and "return module.eight" in suite
    assert suite.count("@points(3)") == 2 and suite.count("@points(0.5)") == 1
    assert [why for line, why in found.left if "1 < cube(2) < 9" in line] == [
        "is no comparison of one value with another"
    ]
    assert "otter" not in "".join(found.files.values())


@pytest.mark.parametrize(("system", "cells"), [("nbgrader", NBGRADER), ("otter", OTTER)])
def test_the_solution_passes_what_was_translated(tmp_path: Path, system: str, cells: tuple[Cell, ...]) -> None:
    """The suite runs: the solution earns everything, the stub nothing."""
    found = made(tmp_path, system, *cells)
    for name, text in found.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    exercise = read_exercise(tmp_path / "exercises" / "ex07_cubes")
    with Sandbox() as sandbox, Examiner(sandbox) as examiner:
        right = examiner.grade(exercise, Submission.solution(exercise), seed=1)
        stub = examiner.grade(exercise, Submission.of(exercise.stub.read_bytes(), exercise.file), seed=1)
    assert right.earned == right.possible > 0 and stub.earned == 0


@pytest.mark.parametrize(
    ("line", "scenario", "check"),
    [
        ("assert f(1, b=2) == [3]", "return module.f(1, b=2)", "same(observe(t_1), [3],"),
        ("assert f(1) is None", "return module.f(1)", "same(observe(t_1), None,"),
        ("assert not f(1)", "return module.f(1)", "same(observe(t_1), False,"),
        ("np.testing.assert_allclose(f(1), 2, rtol=0.1)", "return module.f(1)", "close(observe(t_1), 2, 'f(1)', rtol="),
        ("def g(f):\n    return f\nassert g(f) == 2", "return g(module.f)", "same("),
        ("m = f(3)\nassert m.y == 2", "m = module.f(3)", "same(observe(t_1), 2,"),
        ("assert torch.allclose(f(torch.ones(2)), np.ones(2))", "module.f(torch.ones(2))", "(t_1), np.ones(2),"),
    ],
)  # fmt: skip
def test_lines_that_translate(line: str, scenario: str, check: str) -> None:
    """The learner's names are asked of the module, what is expected stays in the test."""
    found = translate(GradedCell("t", line), "t", {"f"}, {"torch", "np"})
    assert not found.left and scenario in found.scenarios[0] and check in found.checks[-1]
    ast.parse(found.scenarios[0])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("assert f(1) == f(2)", "two answers"),
        ("assert 1 == 1", "asks nothing"),
        ("assert f(1) < 3", "no comparison"),
        ("assert f(1) == torch.ones(2)", "compute it in the test with NumPy"),
        ("assert f(gone) == 2", "uses gone"),
        ("with pytest.raises(ValueError):\n    f(1)", "observe.refuses"),
        ("f(", "is no Python"),
    ],
)
def test_lines_that_do_not(line: str, why: str) -> None:
    """Each is listed with the reason, and no half of a test is made of it."""
    found = translate(GradedCell("t", line), "t", {"f"}, {"torch", "np"})
    assert not found.checks and not found.scenarios and why in found.left[0][1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no notebook"),
        ("[1]", "is no notebook of version 4"),
        ('{"worksheets": []}', "is no notebook of version 4"),
        ('{"cells": [7, {"cell_type": 3}, {"cell_type": "code", "source": 5}]}', "no cell is marked as a solution"),
        (json.dumps({"cells": [cell("code", "def f(:", **SOLVED)]}), "its code is no Python"),
    ],
)
def test_what_is_no_assignment(tmp_path: Path, text: str, said: str) -> None:
    """A file that is none is one sentence, whatever is in it."""
    path = tmp_path / "assignment.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        skeleton(path, "nbgrader", "ex07_cubes")


def test_the_command(tmp_path: Path) -> None:
    """It writes into the course here, says what is left to do, and never overwrites."""

    def grader(*words: str, code: int = 0) -> str:
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        argv = [sys.executable, "-m", "grader", *words]
        done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    made(tmp_path, "nbgrader", *NBGRADER)
    (tmp_path / "exercises").mkdir()
    said = grader("import", "nbgrader", "assignment.ipynb", "ex07_cubes")
    assert "2 tests with 5 questions" in said and "3 parts did not translate" in said
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert len(before) == 3
    assert "has this number already" in grader("import", "nbgrader", "assignment.ipynb", "ex07_other", code=2)
    assert "is no exercise id" in grader("import", "otter", "assignment.ipynb", "cubes", code=2)
    assert "no cell is marked" in grader("import", "otter", "assignment.ipynb", "ex08_cubes", code=2)
    assert "cannot be read" in grader("import", "otter", "gone.ipynb", "ex08_cubes", code=2)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
