"""`grader verify` finds what is unsound, each kind on an exercise that is sound but for that one thing."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.course.exercise import read_exercise
from grader.verify.controls import lazy
from grader.verify.damage import MUTATIONS, alike
from grader.verify.mutants import mutants
from grader.verify.pool import Pool
from grader.verify.proof import verify
from grader.verify.survival import overall, survived

Change = Callable[[str], str]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as one:
        yield one


def problems(root: Path, pool: Pool, write: bool = False) -> list[str]:
    proof = verify(read_exercise(root / "exercises" / "ex46_mean_row"), pool, seeds=2, write=write)
    return proof.problems


def changed(sound: Path, tmp_path: Path, file: str, change: Change) -> Path:
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    path = root / file
    before = path.read_text()
    path.write_text(change(before))
    assert path.read_text() != before, "the change changes something"
    return root


SUITE = "exercises/ex46_mean_row/suite/test_mean_row.py"
MISTAKE = "solutions/ex46_mean_row/mistakes/forgets_the_last_row.py"
TOML = "exercises/ex46_mean_row/exercise.toml"
STUB = "exercises/ex46_mean_row/mean_row.py"
CLOSE = 'close(seen, x.mean(0), f"mean of {len(x)} rows")'
RETURN = "    return module.mean_row(x)"
UNWRITTEN = 'raise NotImplementedError("mean_row: not written yet")'
VIEWED = "    return torch.as_strided(module.mean_row(x), (4,), (1,))"  # asks for a layout that nobody stated
NAMED = "    return module.mean_row(x) if '_free_wrap' not in vars(module) else None"
CLOCK = "\n\nfrom time import time_ns as CLOCK\n"
VARIANT = "solutions/ex46_mean_row/variants/with_a_loop.py"


def test_a_new_exercise_is_sound(sound: Path, pool: Pool) -> None:
    """What `grader new` writes passes every proof; without its patterns it says so, until they are written."""
    assert problems(sound, pool) == []
    (sound / "solutions" / "ex46_mean_row" / "mistakes" / "patterns.json").unlink()
    assert any("is not up to date" in p for p in problems(sound, pool))
    assert problems(sound, pool, write=True) == []


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        (SUITE, lambda s: s.replace("x.mean(0), f", "x.mean(0) + 1, f"), ":20: the solution fails test_averages"),
        (SUITE, lambda s: s.replace(CLOSE, "pass"), "every number that it saw was replaced by 0"),
        (SUITE, lambda s: s + IDLE, "a submission that"),
        (SUITE, lambda s: s + "def broken(:\n", "test_mean_row.py:31: invalid syntax: this is not Python"),
        (STUB, lambda s: s + "def broken(:\n", "mean_row.py:9: invalid syntax: this is not Python"),
        (MISTAKE, lambda s: s + "def broken(:\n", "forgets_the_last_row.py:15: invalid syntax: this is not Python"),
        (SUITE, lambda s: s.replace("import torch ", "import sklearn "), "test_mean_row.py:3: ModuleNotFoundError: No"),
        (SUITE, lambda s: s.replace("return module.mean_row(x)", "raise KeyError('x')"), "the test itself failed"),
        (SUITE, lambda s: s.replace(RETURN, "    assert True, 'x'\n" + RETURN), "must not assert"),
        (SUITE, lambda s: s.replace('    """An empty batch is refused."""\n', ""), "has no docstring"),
        (SUITE, lambda s: s.replace(", strict=True", ""), "strict=True"),
        (SUITE, lambda s: s.replace("@points(2)\n", ""), "has no @points"),
        (SUITE, lambda s: s.replace("@points(2, hint", "@points(3, hint"), "costs 3 of 5 points"),
        (SUITE, lambda s: s.replace("@points(2)", "@points(-1)"), "worth a number of points, 0 or more"),
        (SUITE, lambda s: s.replace("@points(2)", '@points("two")'), "worth a number of points, 0 or more"),
        (SUITE, lambda s: re.sub(r"@points\(2", "@points(0", s), "no test is worth a point"),
        (SUITE, lambda s: s + "\n\n" + s[s.rindex("@points") :], "is also the name of a test at"),
        (SUITE, lambda s: s.replace("    batches", "    # verify: ignores zerro\n    batches"), "did you mean `zero`?"),
        (SUITE, lambda s: re.sub(r"good=\[.*\]", "good=[]", s), "needs a case that is refused and one"),
        (SUITE, lambda s: s.replace("[normal(draw", "[CLOCK() % 997 + normal(draw") + CLOCK, "under the same seed"),
        (MISTAKE, lambda s: s.replace("x[:-1].sum(0) / len(x)", "x.mean(0)"), "which it must fail"),
        (MISTAKE, lambda s: s.replace('"mean of"', '"something else"'), "should be told"),
        (MISTAKE, lambda s: s.replace("raise ValueError(", "str("), "also fails test_refuses_an_empty_batch"),
        (MISTAKE, lambda s: s.replace("x[:-1]", "x[int(x[0, 0] > 1) :]"), "under some seeds only"),
        (MISTAKE, lambda s: s.replace("Echoes: -", "Echoes: -\nBecause: so"), "is too short"),
        (MISTAKE, lambda s: s.replace("Must fail", "Fails"), "first lines must say"),
        (VARIANT, lambda s: s.replace("/ x.shape[0]", "/ 2"), "variant with_a_loop.py"),
        (SUITE, lambda s: s.replace("    return module.mean_row(x)", VIEWED), "mean_row.py, results as views"),
        (SUITE, lambda s: s.replace("    return module.mean_row(x)", NAMED), "mean_row.py, functions wrapped"),
        (STUB, lambda s: s.replace(UNWRITTEN, "return x.sum(0) / len(x)"), "passed by a submission that is the stub"),
        (SUITE, lambda s: s.replace("def mean_row(module,", "def mean_row(mod,"), "is `mod`: call it `module`"),
        (SUITE, lambda s: s.replace(RETURN, "    return torch.nn.Linear(2, 2)"), "returns a live Linear"),
        (SUITE, lambda s: s.replace(RETURN, "    return torch.zeros(80000000)"), "too large to send: (80000000,)"),
        (TOML, lambda s: s.replace("needs = []", 'needs = ["ex77"]'), "needs 'ex77', which is no other exercise here"),
        (TOML, lambda s: s[: s.rindex("[[hints]]")], "three staged hints"),
    ],
)  # fmt: skip
def test_what_is_unsound_is_named(
    sound: Path, pool: Pool, tmp_path: Path, file: str, change: Change, says: str
) -> None:
    """Each way to be unsound is reported in a sentence with its file."""
    found = problems(changed(sound, tmp_path, file, change), pool)

    assert any(says in problem for problem in found), found


def test_a_picture_that_cannot_be_drawn_is_named(sound: Path, pool: Pool, tmp_path: Path) -> None:
    """A picture must load without torch and draw the solution, also beside a submission that answers nothing."""
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    path = root / "exercises" / "ex46_mean_row" / "picture.py"
    path.write_text(PICTURE)
    assert not any("picture.py" in problem for problem in problems(root, pool))
    for old, new in (("SIZE = 2", "SIZE = torch.tensor(2)"), ("submission or 0", "submission")):
        path.write_text(PICTURE.replace(old, new))
        assert any("picture.py: cannot be drawn" in problem for problem in problems(root, pool)), new


def test_a_pictures_claim_is_asserted(sound: Path, pool: Pool, tmp_path: Path) -> None:
    """There must be a `claim`, and what it asserts of the solution's scene must hold, else its sentence is said."""
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    path = root / "exercises" / "ex46_mean_row" / "picture.py"
    for old, new, says in (
        ("> 1", "> 99", "does not show what it claims: the mean is too low"),
        ("def claim", "def claimed", "picture.py: defines no `claim`"),
    ):
        path.write_text(PICTURE.replace(old, new))
        (said,) = [problem for problem in problems(root, pool) if "picture.py" in problem]
        assert says in said


PICTURE = """
import torch

SIZE = 2


def scene(module):
    return float(module.mean_row(torch.ones(SIZE, SIZE)).sum())


def claim(reference):
    assert reference > 1, "the mean is too low"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().bar([0, 1], [submission or 0, reference])
    return figure
"""

IDLE = '''

@points(1)
def test_answers_anything(observe, draw):
    """It answers."""
    seen = observe.each(mean_row, [normal(draw, 2, 2)])
    assert len(seen) == 1, "one answer"
'''


def test_lazy_controls_compile_and_keep_given_parts() -> None:
    """Every control is Python, replaces unwritten functions and leaves given ones alone."""
    stub = "def given(x):\n    return x + 1\n\n\ndef f(x, y=2):\n    raise NotImplementedError('no')\n"
    controls = lazy(stub)

    assert len(controls) >= 6
    for name, text in controls.items():
        compile(text, name, "exec")
        assert "x + 1" in text and "NotImplementedError" not in text


def test_damages_change_what_they_should() -> None:
    """Every damage changes an ordinary observation and leaves its kind readable."""
    value = {"loss": [0.5, 1.0], "n": 3, "ok": True}
    for name, damage in MUTATIONS.items():
        damaged = {**value, "row": np.ones(3)}
        assert not alike(damage(damaged), damaged), name
    assert alike(value, {"loss": [0.5, 1.0], "n": 3, "ok": True})
    assert MUTATIONS["flipped"](value) == {"loss": [-0.5, -1.0], "n": -3, "ok": False}


def test_mutants_are_single_changes() -> None:
    """Comparisons, arithmetic, constants, guards, copies and statements are each changed once; all parse."""
    source = (
        "import torch\n\n\ndef f(x):\n    if x.ndim < 2:\n        raise ValueError('no')\n"
        "    with torch.no_grad():\n        y = x.clone() + 1\n    y.add_(2)\n    return y\n"
    )
    found = {mutant.change for mutant in mutants(source)}

    for change in ("< becomes <=", "+ becomes -", "1 becomes 2", ".clone() dropped", "condition negated",
                   "torch.no_grad() dropped", "`y.add_(2)` dropped", "`raise ValueError('no')` dropped"):  # fmt: skip
        assert change in found
    assert len({mutant.text for mutant in mutants(source)}) == len(mutants(source))


def test_no_mutant_is_made_of_free_code() -> None:
    """What the task leaves open, a function or an argument, is left alone; all else is changed as before."""
    source = "def draw(x):\n    return plot(x + 1, size=5)\n\n\ndef double(x):\n    return 2 * x\n"
    every, less, least = (mutants(source, free) for free in ((), ("size=5",), ("draw",)))
    assert {m.change for m in every} - {m.change for m in less} == {"5 becomes 6", "5 halved", "argument size dropped"}
    assert "+ becomes -" in {m.change for m in less}
    assert {m.line for m in least} == {5, 6} and [m for m in every if m.line > 4] == least


def test_survivors_are_listed_and_excused(sound: Path, pool: Pool, tmp_path: Path) -> None:
    """A mutant that no test notices survives, a reason in verify.toml excuses it, and a stale entry is told."""
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    solution = root / "solutions" / "ex46_mean_row" / "mean_row.py"
    solution.write_text(solution.read_text() + "\n\nSIZES = 1 + 1.5\n")
    before = survived(exercise, pool)
    changes = {m.change for m in before.survivors}
    assert {"+ becomes -", "1 becomes 2", "1.5 halved", "mean_row casts its result"} <= changes
    entries = [f'[[equivalent]]\nmutant = "{m.name}"\nreason = "nobody reads this number at all"\n'
               for m in before.survivors]  # fmt: skip
    stale = '[[equivalent]]\nmutant = "line 1: gone"\nreason = "this one does not exist anymore"\n'
    (solution.parent / "verify.toml").write_text("".join(entries) + stale)
    after = survived(exercise, pool)
    assert (
        not after.survivors
        and len(after.listed) == len(entries)
        and after.stale == ("a mutant that does not survive: line 1: gone",)
    )
    assert after.share == 1.0 and overall([before, after]) < 1
