"""`grader verify` finds what is unsound, each kind on an exercise that is sound but for that one thing."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from grader.course.exercise import read_exercise
from grader.verify import judgement, patterns, proof
from grader.verify.judgement import Scope
from grader.verify.mistake import Mistake
from grader.verify.patterns import lost_points
from grader.verify.pool import Pool
from grader.verify.proof import verify
from grader.verify.survival import overall, survived
from grader.verify.trial import Outcome, Trial
from tests.sentences import lacking, pieces

Change = Callable[[str], str]
Row = tuple[str, Change, Scope, tuple[str, ...]]
Told = Callable[[int], list[str]]
ALL, PART, AVERAGES = Scope(), Scope(quick=True), Scope(tests=("test_averages_over_the_rows",))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as one:
        yield one


def problems(root: Path, pool: Pool, write: bool = False, scope: Scope = ALL) -> list[str]:
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    return verify(exercise, pool, seeds=2, write=write, scope=scope).problems


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
PATCH = "solutions/ex46_mean_row/mistakes/accepts_an_empty_batch.toml"
LUCK = "batches[0][0, 0] < -0.5"  # false under seed 0, true under seed 1
IDLE = '''

@points(1)
def test_answers_anything(observe, draw):
    """It answers."""
    may_fail(1e-6)
    seen = observe.each(mean_row, [normal(draw, 2, 2)])
    assert len(seen) == 1, "one answer"


@points(2)
def test_answers_in_parts(observe, draw):
    """Half of it is for nothing."""
    x = normal(draw, 2, 2)
    (seen,) = observe.each(mean_row, [x])
    earn(1 + (getattr(seen, "shape", None) == (2,)), 2, "parts")
'''


def idle(suite: str) -> str:
    return suite.replace("close, normal", "close, earn, may_fail, normal") + IDLE


ROWS: list[Row] = [
    (SUITE, lambda s: s.replace("x.mean(0), f", "x.mean(0) + 1, f"), PART, (":20: the solution fails test_averages",)),
    (SUITE, lambda s: s.replace("close, normal", "close, gone, normal"), PART,
     ("test_mean_row.py:5: the suite cannot be read: ImportError",)),
    (SUITE, lambda s: s.replace("return module.mean_row(x)", "raise KeyError('x')"), PART, ("the test itself failed",)),
    (SUITE, lambda s: s.replace(CLOSE, f'{{}}["x"] if {LUCK} else {CLOSE}'), PART,
     (":20: test_averages_over_the_rows fails by itself: the test itself failed: KeyError: 'x'",)),
    (SUITE, lambda s: s.replace("x.mean(0), f", f"x.mean(0) + ({LUCK}), f"), PART,
     (":20: test_averages_over_the_rows fails the solution mean_row.py, seed 1: ", "let the test take it under every")),
    (SUITE, lambda s: s.replace("@points(2)", "@points(-1)"), PART, ("worth a number of points, 0 or more",)),
    (SUITE, lambda s: s.replace("@points(2)", '@points("two")'), PART, ("worth a number of points, 0 or more",)),
    (SUITE, lambda s: re.sub(r"@points\(2", "@points(0", s), PART, (":20: no test is worth a point: write above one",)),
    (SUITE, lambda s: re.sub(r"good=\[.*\]", "good=[]", s), PART, ("needs a case that is refused and one",)),
    (SUITE, lambda s: s.replace("[normal(draw", "[CLOCK() % 997 + normal(draw") + CLOCK, PART,
     ("under the same seed: take",)),
    (SUITE, lambda s: s.replace("normal(draw, rows, 4)", "one_hot([1] * rows, 4)").replace("normal,", "one_hot,"), PART,
     (":20: test_averages_over_the_rows asks the same under every seed, so that answers recorded once",)),
    (SUITE, lambda s: s.replace(RETURN, "    return torch.nn.Linear(2, 2)"), PART, ("returns a live Linear: return",)),
    (SUITE, lambda s: s.replace(RETURN, "    return torch.zeros(80000000)"), PART, ("large to send: (80000000,)",)),
    (STUB, lambda s: s.replace(UNWRITTEN, "return x.sum(0) / len(x)"), PART,
     ("passed by a submission that is the stub: ask",)),
    (MISTAKE, lambda s: s.replace("x[:-1].sum(0) / len(x)", "x.mean(0)"), PART, ("which it must fail: sharpen",)),
    (MISTAKE, lambda s: s.replace('"mean of"', '"something else"'), PART, ("should be told", "mend the message")),
    (MISTAKE, lambda s: s.replace("Echoes: -", "Echoes: -\nSometimes: test_averages_over_the_rows"), PART,
     ("fails each of its tests under some seeds only: sharpen one",)),
    (SUITE, lambda s: s.replace(CLOSE, "pass"), ALL, ("every number that it saw was replaced by 0: let it look",)),
    (SUITE, idle, ALL,
     (":34: test_answers_anything is passed by a submission that", ":34: test_answers_anything is failed by no known",
      ":34: test_answers_anything takes most of it: chance alone may fail a right answer with probability 1.0e-06",
      ":42: test_answers_in_parts gives 1 points by parts to a submission that is the stub (and")),
    (SUITE, lambda s: s.replace("@points(2, hint", "@points(3, hint"), ALL,
     ("costs 3 of 5 points", "`Because: <why>`")),
    (MISTAKE, lambda s: s.replace("raise ValueError(", "str("), ALL,
     ("last_row.py:1: also fails test_refuses_an_empty_batch", "say `Echoes: test_refuses_an_empty_batch`",
      "patterns.json:1: is not up to date: run `grader verify ex46 --write`")),
    (PATCH, lambda s: s.replace('new = ""', 'new = "    x = x[:-1]\\n"'), ALL,
     ("empty_batch.toml:1: also fails test_averages_over_the_rows", 'say `echoes = ["test_averages_over_the_rows"]`',
      '`because = "<why>"`')),
    (MISTAKE, lambda s: s.replace("x[:-1]", "x[int(x[0, 0] > 1) :]"), ALL,
     ("under some seeds only: sharpen the test, or say `Sometimes: test_averages_over_the_rows`",)),
    (VARIANT, lambda s: s.replace("/ x.shape[0]", "/ 2"), AVERAGES, ("variant with_a_loop.py", "or mend the variant")),
    (SUITE, lambda s: s.replace("    return module.mean_row(x)", VIEWED), AVERAGES, ("mean_row.py, results as views",)),
    (SUITE, lambda s: s.replace("    return module.mean_row(x)", NAMED), AVERAGES,
     ("mean_row.py, functions wrapped", "why the form is `unsuitable`")),
]  # fmt: skip


def test_a_new_exercise_is_sound(sound: Path, pool: Pool) -> None:
    """What `grader new` writes passes every proof; without its patterns it says so, until they are written."""
    assert problems(sound, pool) == []
    (sound / "solutions" / "ex46_mean_row" / "mistakes" / "patterns.json").unlink()
    assert any("is not up to date" in p for p in problems(sound, pool))
    assert problems(sound, pool, write=True) == []


@pytest.fixture(scope="module")
def told(sound: Path, pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The problems of a row's exercise, found once."""

    @cache
    def told(number: int) -> list[str]:
        file, change, scope, _ = ROWS[number]
        root = tmp_path_factory.mktemp("changed") / "course"
        shutil.copytree(sound, root)
        before = (root / file).read_text()
        (root / file).write_text(change(before))
        assert change(before) != before, "the change changes something"
        return problems(root, pool, scope=scope)

    return told


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row[3][0] for row in ROWS])
def test_what_is_unsound_is_named(told: Told, number: int) -> None:
    """Each way to be unsound is reported in one line with file, line and what to do."""
    for says in ROWS[number][3]:
        assert [one for one in told(number) if says in one], (says, told(number))
    assert not lacking(told(number))
    assert not [one for one in told(number) if "\n" in one]


def echoes_cost() -> list[str]:
    """What is said of a mistake whose echo weighs more than what it does not concern."""
    worth = {"test_a": 1.0, "test_b": 6.0, "test_c": 2.0, "test_d": 1.0}
    mistake = Mistake("m", Path("m.py"), ("test_a", "test_b"), "", ("test_c",), ("test_b",))
    tests = {name: ("failed" if name in ("test_a", "test_c") else "passed", "") for name in worth}
    run = Outcome(Trial("mistake", "m", 0, b""), tests, 7, 10, worth=worth)
    return [f"m.py:1: {one}" for one in lost_points(mistake, [run], replace(run, tests={}))]


def test_echoes_have_their_price() -> None:
    """An echo may cost at most half of the points that a mistake does not concern."""
    assert echoes_cost() == [
        "m.py:1: its echoes cost 2 of the 3 points that it does not concern: factor it out of them."
    ]
    assert not lacking(echoes_cost())


def over_budget(sound: Path, pool: Pool) -> list[str]:
    exercise = read_exercise(sound / "exercises" / "ex46_mean_row")
    return verify(replace(exercise, suite_seconds=1e-4), pool, seeds=1, scope=PART).problems


def test_a_suite_keeps_to_its_budget(sound: Path, pool: Pool) -> None:
    """More seconds than `suite_seconds` are named, at the test that takes longest."""
    (said,) = over_budget(sound, pool)
    assert re.search(
        r"test_mean_row.py:\d+: test_\w+ takes longest: the suite takes .* its budget is 0.0001 s: do", said
    )
    assert not lacking([said])


def test_no_sentence_is_left_out(told: Told, sound: Path, pool: Pool) -> None:
    """Every sentence that judges trials is provoked above."""
    every = [*(one for number in range(len(ROWS)) for one in told(number)), *echoes_cost(), *over_budget(sound, pool)]
    known = [piece for module in (judgement, patterns, proof) for piece in pieces(Path(str(module.__file__)))]
    assert len(known) > 25 and not [piece for piece in known if not any(piece in one for one in every)]


def test_a_picture_that_cannot_be_drawn_is_named(sound: Path, pool: Pool, tmp_path: Path) -> None:
    """A picture must load without torch and draw the solution, also beside a submission that answers nothing."""
    folder = Path(shutil.copytree(sound, tmp_path / "course")) / "exercises" / "ex46_mean_row"
    path = folder / "picture.py"
    for old, new, says in (
        ("", "", ""),
        ("SIZE = 2", "SIZE = torch.tensor(2)", ":4: cannot be drawn: "),
        ("submission or 0", "submission", ":19: cannot be drawn: "),
        ("return figure", "return None", ":1: cannot be drawn: "),
        ("def scene", "def scenes", ":1: defines no `scene`: write it"),
        ("def draw", "def draw(", ":15: cannot be drawn: SyntaxError"),
    ):
        path.write_text(PICTURE.replace(old, new))
        said = pool.draw(read_exercise(folder))()
        assert says in said and bool(said) == bool(says), said
        assert not said or not lacking([said])


def test_a_pictures_claim_is_asserted(sound: Path, pool: Pool, tmp_path: Path) -> None:
    """There must be a `claim`, and what it asserts of the solution's scene must hold, else its sentence is said."""
    root = Path(shutil.copytree(sound, tmp_path / "course"))
    path = root / "exercises" / "ex46_mean_row" / "picture.py"
    for old, new, says in (
        ("def claim", "def claimed", ":1: defines no `claim`: write it"),
        ("> 1", "> 99", ":12: does not show what it claims: the mean is too low: "),
    ):
        path.write_text(PICTURE.replace(old, new))
        said = pool.draw(read_exercise(path.parent))()
        assert said.startswith(f"{path}{says}") and not lacking([said])
    assert said in problems(root, pool)


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
