"""What the tests alone cost: `python -m benchmarks.oneprocess SUITE=SUBMISSION …`, in one process with torch loaded.

Prints the seconds inside tests and the questions put to submissions, both of a second turn: the first pays caches.
"""

import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import inprocess
from grader.engine.observe import Question


class Clock:
    """Plugin that sums what set-up, call and teardown of tests take."""

    def __init__(self) -> None:
        self.spent = 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent += report.duration


class Counter:
    """`ask_beside` that counts the questions put to a submission that memory cannot answer."""

    def __init__(self) -> None:
        self.asked, self.beside, self.submission = 0, inprocess.ask_beside, Path()

    def __call__(self, path: Path | None, seed: int) -> Any:
        ask, seen = self.beside(path, seed), set[str]()

        def counted(question: Question) -> list[Any]:
            self.asked += path == self.submission and (question.fresh or question.digest() not in seen)
            seen.add(question.digest())
            return ask(question)

        return counted


def main() -> None:
    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0).step()
    counter = Counter()
    inprocess.ask_beside = counter
    for _ in range(2):
        clock, counter.asked = Clock(), 0
        for pair in sys.argv[1:]:
            suite, submission = pair.split("=")
            counter.submission = Path(submission)
            options = ["-o", "addopts=", "-q", "-q", "-p", "no:cacheprovider", "-p", "benchmarks.inprocess"]
            options += ["-W", "ignore::pytest.PytestAssertRewriteWarning", "--submission", submission]
            if pytest.main([*options, suite], plugins=[clock]) not in (0, 1):
                raise SystemExit(f"{suite} cannot be run on {submission}")
    print("TOTAL", clock.spent, counter.asked)


if __name__ == "__main__":
    main()
