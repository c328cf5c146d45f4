"""What `grader verify` says of a suite without running it: each sentence on a suite that provokes it, with its line."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader.verify.lint as rules
from grader.course.exercise import Exercise, read_exercise
from grader.verify.lint import causes, lint

TINY = Path(__file__).parent / "courses" / "tiny"
SUITE = '''"""ex01: the mean row."""

import numpy as np
import torch

from grader.suite import close, normal, points, public, same

EXPECTED = 3.0


def mean_row(module, x):
    return module.mean_row(x)


@points(2)
def test_mean(observe, draw):
    """The result is the mean over the rows."""
    x = normal(draw, 7, 4)
    close(observe(mean_row, x), x.mean(0), "mean of 7 rows")
'''
RETURN = "    return module.mean_row(x)"
CLOSE = '    close(observe(mean_row, x), x.mean(0), "mean of 7 rows")'
PROVOKED: list[tuple[str, str, int, str]] = [
    ("import torch\n", "import torch\nimport sklearn\n", 5, "imports sklearn, which is beyond the core"),
    (RETURN, f"    assert len(x) > 0, 'x'\n{RETURN}", 12, "must not assert: return what was seen"),
    (RETURN, "    return module.mean_row(x) == x.mean(0)", 12, "mean_row returns a comparison"),
    (RETURN, "    return torch.allclose(module.mean_row(x), x.mean(0))", 12, "mean_row compares with allclose"),
    (RETURN, f"    torch.manual_seed(0)\n{RETURN}", 12, "mean_row seeds a generator"),
    (RETURN, f"    open('x.txt')\n{RETURN}", 12, "mean_row calls open: pass what it needs as an argument"),
    ("(module, x):", "(module, x=[]):", 11, "mean_row has a mutable default argument"),
    ("def mean_row", "@torch.no_grad()\ndef mean_row", 12, "mean_row is decorated: put the decoration into its body"),
    ("(module, x):\n" + RETURN, "(given, x):\n" + RETURN.replace("module", "given"), 11, "first parameter is `given`"),
    ('x.mean(0), "mean', 'x.mean(0), "mean of", 1e-3), close(1, 1, "mean', 19, "takes its tolerances by name"),
    (f"{RETURN}\n\n\n", "    return module.mean_row(x) + EXPECTED\n\n\n", 11, "mean_row reads EXPECTED, which a test"),
    ("@points(2)\n", "", 15, "test_mean has no @points(...)"),
    ("@points(2)\ndef test_mean(observe, draw)", "@public\n@points(2)\ndef test_mean(observe, reference, draw)", 17,
     "test_mean is public and asks the reference"),
    ("    x = normal", "    # verify: ignores zerro\n    x = normal", 16,
     "ignores 'zerro', which is no mutation: did you mean"),
    ('    """The result is the mean over the rows."""\n', "", 16, "test_mean has no docstring"),
    (CLOSE, f"{CLOSE}\n    assert x.any()", 20, "test_mean asserts without a message"),
    ("observe(mean_row, x)", "observe(lambda module, x: x, x)", 19, "test_mean asks with a lambda"),
    ("    x = normal", "    def far(module):\n        return x\n\n    x = normal", 18,
     "far is a scenario inside a test"),
    (CLOSE, f"{CLOSE}\n    list(zip(x, x))", 20, "test_mean zips without strict=True"),
    ("normal(draw, 7, 4)", "np.random.normal(size=(7, 4))", 18, "draws from np.random.normal: use the fixture `draw`"),
]  # fmt: skip


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    root = Path(shutil.copytree(TINY, tmp_path / "tiny"))
    found = read_exercise(root / "exercises" / "ex01_mean_row")
    for path in found.suite.glob("*.py"):
        path.unlink()
    (found.suite / "test_mean_row.py").write_text(SUITE, encoding="utf-8")
    return found


def said(exercise: Exercise) -> list[str]:
    return [*lint(exercise), *causes(exercise)]


@pytest.mark.parametrize(("old", "new", "line", "sentence"), PROVOKED, ids=[one[3] for one in PROVOKED])
def test_each_sentence_names_its_line(exercise: Exercise, old: str, new: str, line: int, sentence: str) -> None:
    """The suite is clean as it is; one change provokes the sentence, with file and line, and nothing has run."""
    assert said(exercise) == []
    path = exercise.suite / "test_mean_row.py"
    assert SUITE.count(old) == 1
    text = SUITE.replace(old, new)
    if "EXPECTED, which" in sentence:
        text = text.replace("x.mean(0), ", "x.mean(0) + EXPECTED, ")
    path.write_text(text, encoding="utf-8")
    assert [one for one in said(exercise) if one.startswith(f"{path}:{line}: ") and sentence in one], said(exercise)


def test_a_name_that_is_taken(exercise: Exercise) -> None:
    """Two tests of one name, also in two files, of which one would vanish."""
    (exercise.suite / "test_more.py").write_text(SUITE, encoding="utf-8")
    assert [one for one in said(exercise) if "test_mean is also the name of a test at" in one]


def literals() -> Iterator[str]:
    """The longest piece of fixed text of each sentence in the rules."""
    tree = ast.parse(Path(rules.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and node.value is not None:
            texts = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
            yield max((text for text in texts if isinstance(text, str)), key=len)


def test_no_sentence_is_left_out(exercise: Exercise) -> None:
    """Every sentence that the rules can say is provoked above."""
    path, every = exercise.suite / "test_mean_row.py", []
    for old, new, _, sentence in PROVOKED:
        text = SUITE.replace(old, new)
        path.write_text(
            text.replace("x.mean(0), ", "x.mean(0) + EXPECTED, ") if "EXPECTED, which" in sentence else text
        )
        every += said(exercise)
    (exercise.suite / "test_more.py").write_text(SUITE, encoding="utf-8")
    every += said(exercise)
    assert len([*literals()]) > 15
    assert not [text for text in literals() if not any(text in one for one in every)]
