"""What a verdict is and whose fault it is: small suites against small submissions, through the real sandbox."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course import read_exercise
from grader.errors import CourseError
from grader.examiner import Examiner
from grader.record import Record
from grader.sandbox import Limits, Reply, Sandbox
from grader.session import OpenSuite
from grader.submission import Submission

TINY = Path(__file__).parent / "courses" / "tiny"

SUITE = '''
from grader.suite import close, points


def doubled(module, x):
    return module.double(x)


@points(1)
def test_of_two(observe):
    """Two becomes four."""
    close(observe(doubled, 2.0), 4.0, "double of 2")


@points(2)
def test_of_three(observe):
    """Three becomes six."""
    close(observe(doubled, 3.0), 6.0, "double of 3")
'''
RIGHT = "def double(x):\n    return 2 * x\n"


class Counted:
    """A sandbox that counts its questions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.runs = 0

    def run(self, request: dict[str, Any], limits: Limits, needs: str = "pictures") -> Reply:
        self.runs += 1
        return self.sandbox.run(request, limits, needs)

    @property
    def description(self) -> dict[str, Any]:
        return self.sandbox.description


Grade = Callable[..., Record]


@pytest.fixture(scope="module")
def warm() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


@pytest.fixture
def sandbox(warm: Sandbox) -> Counted:
    return Counted(warm)


@pytest.fixture
def grade(sandbox: Counted, tmp_path: Path) -> Grade:
    """Grades a submission for an exercise made of the given texts."""

    def run(submission: str, suite: str = SUITE, solution: str = RIGHT, seed: int = 1, **limits: float) -> Record:
        folder = tmp_path / "exercises" / "ex01_double"
        (folder / "suite").mkdir(parents=True, exist_ok=True)
        limits = {"seconds": 2, "total_seconds": 20, "memory_mb": 256} | limits
        table = "\n".join(f"{key} = {value}" for key, value in limits.items())
        head = 'format = 1\ntitle = "Double"\nfile = "double.py"\n'
        (folder / "exercise.toml").write_text(f"{head}[limits]\n{table}\n")
        (folder / "suite" / "test_double.py").write_text(suite)
        reference = tmp_path / "solutions" / "ex01_double" / "double.py"
        reference.parent.mkdir(parents=True, exist_ok=True)
        reference.write_text(solution)
        with Examiner(sandbox) as examiner:  # type: ignore[arg-type]
            return examiner.grade(read_exercise(folder), Submission.of(submission.encode(), "double.py"), seed=seed)

    return run


def outcomes(record: Record) -> list[str]:
    return [verdict.outcome for verdict in record.verdicts]


def messages(record: Record) -> str:
    return "\n".join(verdict.message for verdict in record.verdicts)


# Outcomes

ENDINGS = {
    "failed": ("def double(x):\n    return x\n", "double of 2: expected 4, saw 2"),
    "error": ("def double(x):\n    return 1 / 0\n", "ZeroDivisionError: division by zero"),
    "not written": ("def double(x):\n    raise NotImplementedError\n", "not written yet"),
    "no such function": ("def twice(x):\n    return 2 * x\n", "your file has no `double`"),
    "timeout": ("def double(x):\n    while True: pass\n", "no answer within 2 s"),
    "exit": ("import sys\ndef double(x):\n    sys.exit(0)\n", "the code called exit()"),
    "hard exit": ("import os\ndef double(x):\n    os._exit(3)\n", "the code ended the process itself (exit code 3)"),
    "signal": ("import ctypes\ndef double(x):\n    ctypes.string_at(0)\n", "SIGSEGV (a segmentation fault)"),
    "memory": ("def double(x):\n    return len(bytearray(1 << 31))\n", "out of memory: the limit is 256 MB"),
    "tensors": ("import torch\ndef double(x):\n    return torch.ones(1 << 29)\n", "out of memory: the limit is 256 MB"),
    "too much": ("def double(x):\n    return list(range(500_000))\n", "has more than 400000 parts"),
}
KINDS = {
    "failed": "failed",
    "error": "error",
    "not written": "error",
    "no such function": "error",
    "timeout": "timeout",
}


def test_right_code_passes(grade: Grade) -> None:
    """A right submission gets all points, and its record says on what it was made."""
    record = grade(RIGHT)

    assert outcomes(record) == ["passed", "passed"]
    assert (record.outcome, record.earned, record.possible) == ("passed", 3, 3)
    assert record.seed == 1
    assert record.tier in "ABCD"
    assert {"python", "torch", "numpy", "pytest"} <= set(record.versions)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_has_its_outcome_and_its_words(grade: Grade, ending: str) -> None:
    """Each way to end badly gets its own outcome and a sentence that says what happened."""
    code, words = ENDINGS[ending]
    record = grade(code)

    assert outcomes(record)[0] == KINDS.get(ending, "crashed")
    assert words in record.verdicts[0].message
    assert (record.outcome, record.earned) == ("failed", 0)


def test_an_exception_shows_the_learners_own_lines(grade: Grade) -> None:
    """The frames of an error are those of the submitted file, with line, function and text."""
    record = grade("def half(x):\n    return x / 0\n\n\ndef double(x):\n    return half(x)\n")

    assert record.verdicts[0].frames == ((6, "double", "return half(x)"), (2, "half", "return x / 0"))


def test_a_crash_costs_only_its_test(grade: Grade) -> None:
    """A submission that dies in one test still passes another one."""
    record = grade("import os\n\n\ndef double(x):\n    return 2 * x if x == 3.0 else os._exit(1)\n")

    assert outcomes(record) == ["crashed", "passed"]
    assert record.earned == 2


def test_a_failed_gate_takes_all_points(grade: Grade) -> None:
    """A test marked as a gate makes the exercise worth nothing while it fails."""
    gated = SUITE.replace("@points(1)", "@points(1, gate=True)")

    assert grade("def double(x):\n    return 6.0\n", gated).earned == 0
    assert grade("def double(x):\n    return 4.0\n", gated).earned == 1


# Import, timeouts, total time

DEAD_IMPORTS = {
    "raises": ("1 / 0\n", "error", "ZeroDivisionError"),
    "hangs": ("import time\ntime.sleep(60)\n", "timeout", "while your file was imported"),
    "dies": ("import os\nos._exit(1)\n", "crashed", "while your file was imported"),
    "exits": ("raise SystemExit\n", "crashed", "the code called exit() while your file was imported"),
    "no Python": ("def double(x:\n", "error", "SyntaxError"),
}


@pytest.mark.parametrize("kind", DEAD_IMPORTS)
def test_a_dead_import_is_run_once(grade: Grade, sandbox: Counted, kind: str) -> None:
    """A file that hangs, dies or raises while it is imported is run once, and every test gets that outcome."""
    code, outcome, words = DEAD_IMPORTS[kind]
    record = grade(code, seconds=1)

    assert outcomes(record) == [outcome, outcome]
    assert all(words in verdict.message for verdict in record.verdicts)
    asked_of_the_solution = 1 if outcome in ("error", "timeout") else 0
    assert sandbox.runs <= 1 + 2 * asked_of_the_solution


MANY = "from grader.suite import close, points\n\n\ndef doubled(module, x):\n    return module.double(x)\n" + "".join(
    f'\n\n@points(1)\ndef test_{number}(observe):\n    """Number {number}."""\n'
    f'    close(observe(doubled, {number}.0), {2 * number}.0, "it")\n'
    for number in range(5)
)


def test_the_third_timeout_ends_the_submission(grade: Grade, sandbox: Counted) -> None:
    """After three timeouts nothing more is run, and told so; the solution's own time stands beside a timeout."""
    record = grade("import time\n\n\ndef double(x):\n    time.sleep(60)\n", MANY)

    assert outcomes(record) == ["timeout"] * 5
    assert "not run: 3 questions before this one ran out of time" in record.verdicts[3].message
    assert [verdict.message.startswith("not run") for verdict in record.verdicts] == [False, False, False, True, True]
    assert "the reference solution needs 0." in record.verdicts[0].message
    assert sandbox.runs == 3 + 3


def test_the_total_time_ends_the_submission(grade: Grade) -> None:
    """When the time for all tests together is used up, the rest is not run."""
    record = grade("import time\n\n\ndef double(x):\n    time.sleep(1)\n    return 2 * x\n", MANY, total_seconds=2)

    assert outcomes(record)[0] == "passed"
    assert outcomes(record)[-1] == "timeout"
    assert "not run: the 2 s for all tests together were used up" in record.verdicts[-1].message


# Whose fault

CLUMSY = '''
from grader.suite import close, points


def answer(module):
    return module.answer()


@points(1)
def test_of_the_table(observe):
    """The table has a value."""
    close(observe(answer)["value"], 1.0, "value")
'''
GOOD = "def answer():\n    return {'value': 1.0}\n"


def test_nonsense_that_a_test_stumbles_over_is_the_learners(grade: Grade) -> None:
    """A test that dies of an answer's form, and passes on the solution, is failed by the submission."""
    record = grade("def answer():\n    return {}\n", CLUMSY, GOOD)

    assert outcomes(record) == ["failed"]
    assert "a form this test cannot read (KeyError" in messages(record)


BROKEN = {
    "solution": (CLUMSY, "def answer():\n    return {}\n", "the test itself failed"),
    "solution raises": (CLUMSY, "def answer():\n    return 1 / 0\n", "the test itself failed"),
    "test": (CLUMSY.replace('["value"]', '["valve"]'), GOOD, "the test itself failed"),
    "scenario": (CLUMSY.replace("module.answer()", "missing(module)"), GOOD, "the test itself failed"),
    "constant": (CLUMSY.replace("def answer(module)", "def answer(module, n=CONSTANT)"), GOOD, "CONSTANT"),
    "constant in the sandbox": (
        CLUMSY.replace("\n\ndef answer", "\n\nimport os\nHOME = os.environ['SHELL_OF_NOBODY']\n\n\ndef answer").replace(
            "module.answer()", "module.answer() or HOME"
        ),
        GOOD,
        "SHELL_OF_NOBODY",
    ),
}


@pytest.mark.parametrize("what", ["solution", "solution raises", "test", "scenario"])
@pytest.mark.parametrize("submission", ["def answer():\n    return {}\n", "def answer():\n    return 1 / 0\n"])
def test_a_broken_course_costs_nobody_points(grade: Grade, what: str, submission: str) -> None:
    """Where the same test fails on the solution too, the exercise is ungraded, and never worth 0 points."""
    suite, solution, words = BROKEN[what]
    record = grade(submission, suite, solution)

    assert outcomes(record) == ["suite_error"]
    assert record.outcome == "ungraded"
    assert words in messages(record)


def test_a_scenario_that_cannot_be_had_is_our_fault(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario whose own text fails in the sandbox leaves the exercise ungraded, whatever the submission does."""
    suite, solution, words = BROKEN["constant in the sandbox"]
    monkeypatch.setenv("SHELL_OF_NOBODY", "here alone")
    record = grade("import os\nos._exit(0)\n", suite, solution)

    assert outcomes(record) == ["suite_error"]
    assert "the scenario `answer` cannot be run" in messages(record)
    assert words in messages(record)


def test_a_suite_that_cannot_be_read_says_where(grade: Grade) -> None:
    """A suite with an error at its top level, or without tests, is a CourseError and no verdict."""
    with pytest.raises(CourseError, match="CONSTANT"):
        grade(GOOD, BROKEN["constant"][0])
    with pytest.raises(CourseError, match="no test was found"):
        grade(GOOD, "x = 1\n")
    with pytest.raises(CourseError, match="SyntaxError"):
        grade(GOOD, "def test_(:\n")


# Memory, freshness, seeds

MEMO = '''
from grader.suite import points


def count(module, x):
    return module.count(x)


def say(seen):
    raise AssertionError(f"saw {seen}")


@points(1)
def test_memo(observe):
    """The same question."""
    say([observe(count, 1), observe(count, 1), observe(count, 1)])


@points(1)
def test_again(observe):
    """The same question in another test."""
    say([observe(count, 1)])


@points(1)
def test_others(observe):
    """Other arguments, or asked afresh."""
    say([observe(count, 2), observe(count, 1, fresh=True), observe(count, 1, fresh=True)])
'''
RANDOM = (
    "import random, torch\nkept = []\n\n\ndef count(x):\n    kept.append(x)\n    return len(kept), random.random()\n"
)


def test_a_question_is_asked_once_unless_fresh(grade: Grade, sandbox: Counted) -> None:
    """The same question is answered from memory; other arguments and `fresh` ask anew, of a new module."""
    memo, again, others = (verdict.message.removeprefix("saw ") for verdict in grade(RANDOM, MEMO, RANDOM).verdicts)

    first, second, third = eval(memo)  # noqa: S307  our own text
    assert first == second == third == eval(again)[0]  # noqa: S307
    assert len({first, *eval(others)}) == 4  # noqa: S307
    assert {count for count, _ in (first, *eval(others))} == {1}  # noqa: S307
    assert sandbox.runs == 4


DRAWN = '''
from grader.suite import normal, points


def look(module, x):
    return module.look(x)


@points(1)
def test_draw(observe, draw):
    """What is drawn, and what the submission draws."""
    raise AssertionError(f"saw {observe(look, normal(draw, 3))}")
'''
LOOK = "import torch\n\n\ndef look(x):\n    return x.tolist(), torch.rand(3).tolist()\n"


def test_a_seed_repeats_a_run(grade: Grade) -> None:
    """The same seed gives the same inputs and the same random numbers in the submission, another seed others."""
    first, same, other = (messages(grade(LOOK, DRAWN, LOOK, seed=seed)) for seed in (1, 1, 2))

    assert first == same
    assert first != other


# What the learner sees


def test_prints_come_back_escaped_and_cut(grade: Grade) -> None:
    """The last 20 lines that the submission printed in a test are shown, without control or bidi characters."""
    record = grade(
        "def double(x):\n    for n in range(50):\n        print(f'line {n}\\x1b[31m\\u202e\\x07')\n    return x\n"
    )
    lines = record.verdicts[0].output.splitlines()

    assert lines == [f"line {n}\\x{{1b}}[31m\\x{{202e}}\\x{{7}}" for n in range(30, 50)]


def test_floods_of_output_are_bounded(grade: Grade) -> None:
    """A submission that prints a hundred megabytes is shown with at most 4 KiB of them."""
    record = grade(
        "def double(x):\n    for _ in range(100):\n        print('é' * (1 << 19))\n    return x\n", seconds=10
    )

    assert 0 < len(record.verdicts[0].output.encode()) <= 4096
    assert outcomes(record)[0] == "failed"


def test_hostile_text_in_an_exception_is_tamed(grade: Grade) -> None:
    """An exception's text reaches the message cut short and without anything that could fool a terminal."""
    record = grade("def double(x):\n    raise ValueError('\\x1b[2J' + 'cuda ' * 1_000_000)\n")

    assert len(record.verdicts[0].message) < 5000
    assert "\x1b" not in messages(record)


# Robustness


def test_a_test_that_never_ends_is_ended(tmp_path: Path) -> None:
    """A test that hangs in the examiner itself is ended a minute after the submission's own time."""
    folder = tmp_path / "exercises" / "ex01_double"
    (folder / "suite").mkdir(parents=True)
    (folder / "exercise.toml").write_text('format = 1\ntitle = "Double"\nfile = "double.py"\n')
    (folder / "suite" / "test_double.py").write_text("def test_for_ever():\n    while True:\n        pass\n")
    exercise = read_exercise(folder)
    soon = replace(exercise, limits=replace(exercise.limits, total_seconds=0.3 - 60))

    suite = OpenSuite(soon)
    assert "Timeout" in str(suite.run(suite.items[0]))
    suite.close()


def test_a_dead_zygote_is_replaced(grade: Grade, warm: Sandbox) -> None:
    """When the warm process dies between two submissions, the next one is graded as if nothing had been."""
    assert grade(RIGHT).outcome == "passed"
    os.kill(warm.link.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    assert grade(RIGHT).outcome == "passed"


def test_the_examiner_never_imports_torch() -> None:
    """After `grader check` the process that judged has not imported torch, though the suite does."""
    check = ["check", str(TINY / "exercises" / "ex01_mean_row"), "--no-keep-warm", "--submission"]
    check.append(str(TINY / "solutions" / "ex01_mean_row"))
    code = (
        "import sys\nfrom grader.cli import cli\n"
        f"try:\n    cli({check!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "assert 'pytest' in sys.modules\nassert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "6 of 6 points" in done.stdout
