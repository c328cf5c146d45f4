"""Small suites against small submissions, through one real sandbox."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.record import Record
from grader.sandbox import Limits, Reply, Sandbox, Usage

TINY = Path(__file__).parents[1] / "courses" / "tiny"

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

    def run(self, request: dict[str, Any], limits: Limits, *rest: Any) -> Reply:
        self.runs += 1
        return self.sandbox.run(request, limits, *rest)

    def leave(self, session: str) -> Usage:
        return self.sandbox.leave(session)

    @property
    def practice(self) -> bool:
        return self.sandbox.practice

    @property
    def description(self) -> dict[str, Any]:
        return self.sandbox.description


Grade = Callable[..., Record]


@pytest.fixture(scope="package")
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
