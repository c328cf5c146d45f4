"""What ends more than one test: a dead import, the third timeout, the total time, a dead zygote."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.exercise import read_exercise
from grader.engine.guard import Endless, guard
from grader.engine.session import OpenSuite
from grader.sandbox import Sandbox

from .conftest import RIGHT, TINY, Counted, Grade, outcomes

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
    again_and_alone = 1 if outcome == "timeout" else 0
    assert sandbox.runs <= 1 + again_and_alone + 2 * asked_of_the_solution


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
    assert sandbox.runs == 1 + 3 + 3  # the first timeout is tried once more


def test_where_the_solution_is_as_slow_nobody_loses_a_point(grade: Grade) -> None:
    """A question that the solution does not answer in time either is the machine's fault: nothing is graded."""
    slow = "import time\n\n\ndef double(x):\n    time.sleep(60)\n"
    record = grade(slow, MANY, solution=slow, seconds=1)

    assert (record.outcome, outcomes(record)) == ("ungraded", ["suite_error"] * 5)
    assert "the reference solution needs no less here as well" in record.verdicts[0].message


def test_the_total_time_ends_the_submission(grade: Grade) -> None:
    """When the time for all tests together is used up, the rest is not run."""
    record = grade("import time\n\n\ndef double(x):\n    time.sleep(1)\n    return 2 * x\n", MANY, total_seconds=2)

    assert outcomes(record)[0] == "passed"
    assert outcomes(record)[-1] == "timeout"
    assert "not run: the 2 s for all tests together were used up" in record.verdicts[-1].message


def test_who_used_up_the_total_is_not_tried_again(grade: Grade, sandbox: Counted) -> None:
    """A first timeout that takes all of the total time is the last run: nothing is left for a second trial."""
    record = grade("import time\n\n\ndef double(x):\n    time.sleep(60)\n", MANY, seconds=10, total_seconds=2)

    assert outcomes(record) == ["timeout"] * 5
    assert sandbox.runs == 1 + 1  # the submission once, and the solution beside it


def test_a_test_that_never_ends_is_ended(tmp_path: Path) -> None:
    """A test that hangs in the examiner itself is ended after ten times the seconds that its suite may take."""
    folder = tmp_path / "exercises" / "ex01_double"
    (folder / "suite").mkdir(parents=True)
    (folder / "exercise.toml").write_text('format = 1\ntitle = "Double"\nfile = "double.py"\n')
    (folder / "suite" / "test_double.py").write_text("def test_for_ever():\n    while True:\n        pass\n")
    exercise = read_exercise(folder)

    suite = OpenSuite(replace(exercise, suite_seconds=0.05))
    with guard.armed(suite.seconds):
        problem = suite.run(suite.items[0])
    suite.close()
    assert isinstance(problem, Endless) and "test_double.py:" in problem.place


def test_a_dead_zygote_is_replaced(grade: Grade, warm: Sandbox) -> None:
    """When the warm process dies between two submissions, the next one is graded as if nothing had been."""
    assert grade(RIGHT).outcome == "passed"
    os.kill(warm.link.zygote.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
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
