"""What `grader verify` says of a suite without running it: each sentence on a suite that provokes it, with its line."""

import shutil
from pathlib import Path

import pytest

import grader.verify.lint as tests_of
from grader.course.exercise import Exercise, read_exercise
from grader.verify import scenarios
from grader.verify.lint import lint
from tests.sentences import lacking, pieces

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
BETWEEN = SUITE[SUITE.index(RETURN) + len(RETURN) : SUITE.index(CLOSE)]
LEFT_ALONE = [
    "    out = module.mean_row(x)\n    return out if out.ndim == 1 else out[0]",
    "    return [row for row in module.mean_row(x) if row.ndim == 1]",
    "    return module.mean_row(x)[x[0] == x[1]]",
    "    return [(row != 0).any(0).sum() for row in module.mean_row(x)]",
    "    seen = module.mean_row(x)\n    return seen, x.data_ptr() == seen.data_ptr()",
    "    return module.mean_row(x, x.ndim == 2)",
    "    alike = len(x) == 2\n    return module.mean_row(x) if alike else x",
]
PROVOKED: list[tuple[str, str, int, str]] = [
    ("import torch\n", "import torch\nimport sklearn\n", 5, "imports sklearn, which is beyond the core"),
    (RETURN, f"    assert len(x) > 0, 'x'\n{RETURN}", 12, "must not assert: return what was seen"),
    (RETURN, "    return module.mean_row(x) == x.mean(0)", 12, "mean_row returns a comparison"),
    (RETURN, "    return (module.mean_row(x) == x.mean(0)).all()", 12, "mean_row returns a comparison"),
    (RETURN, "    return bool(x[0] != module.mean_row(x))", 12, "mean_row returns a comparison"),
    (RETURN, "    return [seen == x for seen in module.mean_row(x)]", 12, "mean_row returns a comparison"),
    (RETURN, "    return {'right': module.mean_row(x) == 3, 'seen': x}", 12, "mean_row returns a comparison"),
    (RETURN, "    return 'no' if module.mean_row(x) is None else (module.mean_row(x) == x).sum()", 12, "a comparison"),
    (RETURN, "    ok = module.mean_row(x) == x\n    return ok", 12, "mean_row returns a comparison"),
    (RETURN, "    found = []\n    found.append(module.mean_row(x) == x)\n    return found", 13, "returns a comparison"),
    (RETURN, "    return module.mean_row(x) < 1", 12, "mean_row returns a comparison"),
    (RETURN, "    return torch.allclose(module.mean_row(x), x.mean(0))", 12, "mean_row compares with allclose"),
    (RETURN, f"    torch.manual_seed(0)\n{RETURN}", 12, "mean_row seeds a generator"),
    (RETURN, f"    open('x.txt')\n{RETURN}", 12, "mean_row calls open: pass what it needs as an argument"),
    ("(module, x):", "(module, x=[]):", 11, "mean_row has a mutable default argument"),
    ("def mean_row", "@torch.no_grad()\ndef mean_row", 12, "mean_row is decorated: put the decoration into its body"),
    ("(module, x):\n" + RETURN, "(given, x):\n" + RETURN.replace("module", "given"), 11, "first parameter is `given`"),
    ('x.mean(0), "mean', 'x.mean(0), "mean of", 1e-3), close(1, 1, "mean', 19, "takes its tolerances by name"),
    (RETURN + BETWEEN + CLOSE, f"{RETURN} + EXPECTED{BETWEEN}{CLOSE.replace('x.mean(0)', 'x.mean(0) + EXPECTED')}", 11,
     "mean_row reads EXPECTED, which a test"),
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


@pytest.mark.parametrize(("old", "new", "line", "sentence"), PROVOKED, ids=[one[3] for one in PROVOKED])
def test_each_sentence_names_its_line(exercise: Exercise, old: str, new: str, line: int, sentence: str) -> None:
    """The suite is clean as it is; one change provokes the sentence, with file and line, and nothing has run."""
    assert lint(exercise) == []
    path = exercise.suite / "test_mean_row.py"
    assert SUITE.count(old) == 1
    path.write_text(SUITE.replace(old, new), encoding="utf-8")
    assert [one for one in lint(exercise) if one.startswith(f"{path}:{line}: ") and sentence in one], lint(exercise)


def test_a_name_that_is_taken(exercise: Exercise) -> None:
    """Two tests of one name, also in two files, of which one would vanish."""
    (exercise.suite / "test_more.py").write_text(SUITE, encoding="utf-8")
    assert [one for one in lint(exercise) if "test_mean is also the name of a test at" in one]


@pytest.mark.parametrize("body", LEFT_ALONE)
def test_what_only_chooses_is_left_alone(exercise: Exercise, body: str) -> None:
    """A scenario may choose by a comparison, count zeros, ask whether memory is shared, and hand a flag on."""
    path = exercise.suite / "test_mean_row.py"
    path.write_text(SUITE.replace(RETURN, body), encoding="utf-8")
    assert lint(exercise) == []


@pytest.mark.parametrize("call", ["same(observe(mean_row, x), {}, 'x')", "assert observe(mean_row, x) == {}, 'x'",
                                  "require(observe(mean_row, x) == {}, 'x')"])  # fmt: skip
def test_a_known_answer_by_any_name(exercise: Exercise, call: str) -> None:
    """A literal that a scenario reads and a test expects is named whatever its case; a name of neither is not."""
    path = exercise.suite / "test_mean_row.py"
    text = SUITE.replace("EXPECTED = 3.0", "wanted = [3.0, 4.0]\nother = len(wanted)")
    for name, reads in (("wanted", "wanted"), ("other", "wanted"), ("wanted", "other")):
        suite = text.replace(RETURN, f"    return module.mean_row(x), {reads}").replace(
            CLOSE, f"    {call.format(name)}"
        )
        path.write_text(suite, encoding="utf-8")
        known = [one for one in lint(exercise) if f"mean_row reads {name}, which a test expects" in one]
        assert bool(known) == (name == reads), (name, reads, lint(exercise))


def test_no_sentence_is_left_out(exercise: Exercise) -> None:
    """Every sentence that the rules can say is provoked above, with a place and with what to do."""
    path, every = exercise.suite / "test_mean_row.py", []
    for old, new, _, _ in PROVOKED:
        path.write_text(SUITE.replace(old, new), encoding="utf-8")
        every += lint(exercise)
    (exercise.suite / "test_more.py").write_text(SUITE, encoding="utf-8")
    every += lint(exercise)
    known = [*pieces(Path(tests_of.__file__)), *pieces(Path(scenarios.__file__))]
    assert len(known) > 18 and not [piece for piece in known if not any(piece in one for one in every)]
    assert not lacking(every)
