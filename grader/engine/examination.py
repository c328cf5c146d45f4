"""One submission under one seed, the solution and nothing at all beside it: each test becomes a verdict."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from grader.engine import explanation
from grader.engine.finding import finding
from grader.engine.guard import Endless
from grader.engine.observe import Question
from grader.engine.origin import origin
from grader.engine.outcomes import PartlyEarned
from grader.engine.paste import question_line
from grader.engine.session import OpenSuite
from grader.engine.subject import Subject
from grader.engine.verdict import Verdict

MOST_ASKED = 12


@dataclass
class Examination:
    """A suite's tests, asked of one submission.

    `sound` remembers, as (suite's digest, test, seed), what the solution is known to pass. `trusted` code, as
    `grader verify` runs it, may pass a test of several questions on answers of one examinee; `believe_failures` lets it
    fail one on them, too.
    """

    suite: OpenSuite
    submission: Subject
    reference: Subject
    neutral: Subject
    seed: int
    sound: set[tuple[str, str, int]]
    trusted: bool = False
    practice: bool = False
    believe_failures: bool = False
    confirmed: bool = False  # a test failed in a new examinee as it had failed in a shared one

    def __post_init__(self) -> None:
        self.suite.put_under_test(self.subjects, self.seed)

    @property
    def subjects(self) -> dict[str, Subject]:
        return {"submission": self.submission, "reference": self.reference, "neutral": self.neutral}

    @property
    def cpu(self) -> float:
        """Seconds that all examinees took, the solution's included; complete after `leave`."""
        return sum(subject.cpu for subject in self.subjects.values())

    def leave(self) -> None:
        """Ends what may still run of the submission, and beside it, where that is not kept for the next one."""
        for subject in self.subjects.values():
            if not self.practice or subject.session != self.reference.session:
                subject.leave()

    def verdict(self, item: pytest.Item) -> Verdict:
        """One test, run and judged."""
        mark = item.get_closest_marker("points")
        worth = mark.args[0] if mark and mark.args else 0
        hint = mark.kwargs.get("hint", "") if mark else ""
        gate = bool(mark and mark.kwargs.get("gate"))
        title = " ".join((getattr(getattr(item, "obj", None), "__doc__", None) or item.name).split())
        bonus = bool(mark and mark.kwargs.get("bonus"))
        self.submission.output = []
        start = time.monotonic()
        problem = self.run(item)
        ours = self.submission.source == self.reference.source
        if isinstance(problem, Endless) and (ours or not self.solution_passes(item)):
            raise self.suite.without_end(item.name, problem)
        questions, source = self.suite.asked, origin(problem, self.suite.answered)
        found = finding(problem, hint, lambda: self.solution_passes(item), source.key)
        return Verdict(
            item.name, title, found.outcome, earned(problem, worth), 0 if bonus else worth,
            explanation.printable(found.message), found.hint, explanation.tail(self.submission.output),
            time.monotonic() - start, gate, found.frames, explanation.printable(found.cause),
            () if problem is None or found.general else asked_lines(source.line, questions), bool(source.line),
        )  # fmt: skip

    def message(self, item: pytest.Item) -> str:
        """What a test says, without a question of whose fault it is; empty if it passes. Endless if it does not end."""
        problem = self.run(item)
        if isinstance(problem, Endless):
            raise problem
        return finding(problem, "", lambda: True).message

    def run(self, item: pytest.Item) -> BaseException | None:
        """One test's first exception.

        A test of several questions has each answered by another examinee, as soon as it is known to ask them. Where one
        fails on answers of an examinee that had answered before, it is run again with a new examinee for each question,
        and that run counts. A practice run believes what passes, and asks again in one new examinee until a failure was
        confirmed by one.
        """
        subjects = list(self.subjects.values())
        numbers = [subject.fresh for subject in subjects]
        for subject in subjects:
            subject.reused = False
        apart = item.name in self.suite.several
        with self.submission.lanes.apart() if apart else contextlib.nullcontext():
            problem = self.suite.run(item)
        asked = {question.digest() for question in self.suite.asked}
        if len(asked) > 1 and not (apart or self.trusted or self.practice):
            self.suite.several.add(item.name)
            if problem is None and not self.suite.asks_solution:
                for subject, number in zip(subjects, numbers, strict=True):
                    subject.fresh, subject.output = number, []
                self.submission.forget(asked)
                with self.submission.lanes.apart(but=0):
                    problem = self.suite.run(item)
        if not any(subject.reused for subject in subjects):
            return problem
        own = self.practice and self.submission.session == self.reference.session
        if own or self.confirmed or problem is None:
            return problem
        if self.believe_failures or self.only_mutated(item):
            return problem
        if self.practice:
            self.submission.fresh, self.submission.output = numbers[0], []
            self.submission.move()
            again = self.suite.run(item)
            self.confirmed = again is not None
            return again
        with contextlib.ExitStack() as stack:
            for subject, number in zip(subjects, numbers, strict=True):
                subject.fresh, subject.output = number, []
                stack.enter_context(subject.isolated())
            return self.suite.run(item)

    def only_mutated(self, item: pytest.Item) -> bool:
        """Whether the test that just failed passes on the same answers as they came: then the mutation made it fail."""
        if not self.suite.is_mutated:
            return False
        with self.suite.mutated(None):
            return self.suite.run(item) is None

    def solution_passes(self, item: pytest.Item) -> bool:
        """Whether the same test passes on the solution: then an exception in it is the submission's doing.

        Where no solution is here, as in a released exercise, whose tests were tried on it when they were handed out,
        the test is taken to be right.
        """
        if self.suite.exercise.released or self.reference.absent:
            return True
        key = (self.suite.digest, item.name, self.seed)
        if key not in self.sound:
            with self.suite.on_solution():
                if self.run(item) is not None:
                    return False  # not remembered: it may be the machine's doing of this moment
            self.sound.add(key)
        return True


def earned(problem: BaseException | None, worth: float) -> float:
    """The points of a test that ended so."""
    if problem is None:
        return worth
    return round(worth * problem.share, 4) if isinstance(problem, PartlyEarned) else 0


def asked_lines(first: str, questions: Sequence[Question]) -> tuple[str, ...]:
    """The questions of a test as lines of Python, each once, that of its exception first, those to be refused last."""
    lines = [first] if first else []
    for question in sorted(questions, key=lambda one: one.refusal):
        left = max(0, MOST_ASKED + 1 - len(lines))
        lines += [question_line(question.scenario, args, kwargs) for args, kwargs in question.cases[:left]]
    return tuple(dict.fromkeys(filter(None, lines)))[:MOST_ASKED]
