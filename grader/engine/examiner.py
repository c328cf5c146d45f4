"""The trusted side: runs a hidden suite on a submission and turns each test into one verdict."""

import contextlib
import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

import pytest

from grader.course.course import with_suite
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine import explanation
from grader.engine.finding import finding
from grader.engine.forbid import check_forbidden
from grader.engine.observe import Question
from grader.engine.paste import question_line
from grader.engine.record import Record, versions
from grader.engine.resemblance import resembled
from grader.engine.session import OpenSuite, instead
from grader.engine.subject import Subject
from grader.engine.verdict import Verdict
from grader.sandbox import Sandbox

MOST_ASKED = 12
Watch = Callable[[str, Verdict | None], None]


class Examiner:
    """Grades submissions, one after the other, with one sandbox; keeps the suite of the last exercise open.

    `trusted` code, as `grader verify` runs it, may pass a test of several questions on answers of one examinee.
    """

    def __init__(self, sandbox: Sandbox, trusted: bool = False) -> None:
        self.sandbox = sandbox
        self.trusted = trusted
        self.cpu = 0.0  # seconds that the last submission's examinees took, the solution's beside it included
        self.spent = 0.0  # seconds on the last submission's own clock
        self.suite: OpenSuite | None = None
        self.sound: set[tuple[str, str, int]] = set()  # (suite's digest, test, seed) that the solution has passed
        self.references: dict[tuple[str, int, str], Subject] = {}
        self.mistakes: dict[tuple[str, str, str, int, str, bool], str] = {}

    def __enter__(self) -> "Examiner":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self.suite is not None:
            self.suite.close()
            self.suite = None

    def open(self, exercise: Exercise) -> OpenSuite:
        """The exercise's suite, collected anew if any of its files has changed since."""
        exercise = with_suite(exercise)
        digest = exercise.digest()
        if self.suite is None or (self.suite.exercise.suite, self.suite.digest) != (exercise.suite, digest):
            self.close()
            self.suite = OpenSuite(exercise, digest)
        return self.suite

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        seed: int | None = None,
        device: str = "cpu",
        watch: Watch | None = None,
        resemblance: bool = True,
        tests: Sequence[str] = (),
    ) -> Record:
        """One submission's record. `watch(name, None)` announces a test, `watch(name, verdict)` its end.

        `resemblance` False spares the search for known mistakes that explain the failures; `tests` names the only ones
        to run.

        CourseError if the suite cannot be read, SandboxError if no examinee can be confined.
        """
        start = time.monotonic()
        seed = secrets.randbelow(2**31) if seed is None else seed
        suite = self.open(exercise)
        subject = self.subjects(suite, submission.source, seed, device)
        verdicts = []
        for item in suite.named(tests):
            if watch:
                watch(item.name, None)
            verdicts.append(self.verdict(suite, item, subject, seed))
            if watch:
                watch(item.name, verdicts[-1])
        self.leave(suite)
        self.cpu = sum(one.cpu for one in suite.plugin.subjects.values())
        self.spent = subject.wall
        box = self.sandbox.description
        record = Record(
            suite.exercise.id, submission.path, submission.sha256, tuple(verdicts), box["tier"], device, seed,
            time.monotonic() - start, versions(box["torch"]), peak_mb=subject.peak_kb / 1024, forced=box["forced"],
            as_root=box.get("uid") == "root without capabilities",
        )  # fmt: skip
        record = check_forbidden(record, suite.exercise, submission.source, suite.plugin.subjects["neutral"])
        self.leave(suite)
        if record.outcome != "failed" or not resemblance or tests:
            return record
        mistake = resembled(record, suite.exercise, lambda *asked: self.say_again(suite, seed, device, *asked))
        return replace(record, resembles=mistake)

    def say_again(
        self, suite: OpenSuite, seed: int, device: str, mistake: str, tests: Sequence[str], other: bool
    ) -> dict[str, str]:
        """What these tests say of a known mistake on the same inputs; `other` gives its code other random numbers."""
        source = (suite.exercise.solution.parent / "mistakes" / f"{mistake}.py").read_bytes()
        said = {}
        for item in suite.items:
            if item.name not in tests:
                continue
            key = (suite.digest, hashlib.sha256(source).hexdigest(), item.name, seed, device, other)
            if key not in self.mistakes:
                subject = self.subjects(suite, source, seed, device)
                subject.seed = seed + 1 if other else seed
                problem = self.run(suite, item)
                self.mistakes[key] = finding(problem, "", lambda: True).message
            said[item.name] = self.mistakes[key]
        self.leave(suite)
        return said

    def leave(self, suite: OpenSuite) -> None:
        """Ends what may still run of a submission and beside it."""
        for subject in suite.plugin.subjects.values():
            subject.leave()

    def subjects(self, suite: OpenSuite, source: bytes, seed: int, device: str) -> Subject:
        """Puts a submission under examination, with its solution beside it."""
        self.leave(suite)
        exercise = suite.exercise
        key = (suite.digest, seed, device)
        if key not in self.references:
            self.references.clear()
            solution = exercise.solution.read_bytes() if exercise.solution.exists() else b""
            self.references[key] = Subject(self.sandbox, exercise, solution, seed, device)
        self.references[key].renew()
        subject = Subject(self.sandbox, exercise, source, seed, device, reference=self.references[key])
        neutral = Subject(self.sandbox, exercise, None, seed, device)
        suite.plugin.subjects = {"submission": subject, "reference": self.references[key], "neutral": neutral}
        suite.plugin.seed = seed
        return subject

    def verdict(self, suite: OpenSuite, item: pytest.Item, subject: Subject, seed: int) -> Verdict:
        """One test, run and judged."""
        mark = item.get_closest_marker("points")
        worth = mark.args[0] if mark and mark.args else 0
        hint = mark.kwargs.get("hint", "") if mark else ""
        gate = bool(mark and mark.kwargs.get("gate"))
        title = " ".join((getattr(getattr(item, "obj", None), "__doc__", None) or item.name).split())
        subject.output = []
        start = time.monotonic()
        problem = self.run(suite, item)
        found = finding(problem, hint, lambda: self.reference_passes(suite, item, seed))
        return Verdict(
            item.name, title, found.outcome, worth if problem is None else 0, worth,
            explanation.printable(found.message), found.hint, explanation.tail(subject.output),
            time.monotonic() - start, gate, found.frames, explanation.printable(found.cause),
            () if problem is None or found.general else asked_lines(found.asked, suite.plugin.asked),
        )  # fmt: skip

    def run(self, suite: OpenSuite, item: pytest.Item) -> BaseException | None:
        """One test's first exception.

        Where it fails, or passes although its questions could tell each other something, on answers of an examinee that
        had answered before, it is run again with an examinee for each question, and that run counts.
        """
        subjects = list(suite.plugin.subjects.values())
        numbers = [subject.fresh for subject in subjects]
        if item.name not in suite.several:
            for subject in subjects:
                subject.reused = False
            problem = suite.run(item)
            if not self.trusted and len({question.digest() for question in suite.plugin.asked}) > 1:
                suite.several.add(item.name)
            if not any(subject.reused for subject in subjects):
                return problem
            if problem is None and item.name not in suite.several:
                return None
        with contextlib.ExitStack() as stack:
            for subject, number in zip(subjects, numbers, strict=True):
                subject.fresh, subject.output = number, []
                stack.enter_context(subject.isolated())
            return suite.run(item)

    def reference_passes(self, suite: OpenSuite, item: pytest.Item, seed: int) -> bool:
        """Whether the same test passes on the solution: then an exception in it is the submission's doing."""
        key = (suite.digest, item.name, seed)
        if key not in self.sound:
            with instead(suite.plugin, "reference"):
                if self.run(suite, item) is not None:
                    return False  # not remembered: it may be the machine's doing of this moment
            self.sound.add(key)
        return True


def asked_lines(first: str, questions: Sequence[Question]) -> tuple[str, ...]:
    """The questions of a test as lines of Python, each once, that of its exception first; refusals name theirs."""
    lines = [first] if first else []
    for question in questions:
        if not question.refusal:
            lines += [question_line(question.scenario, args, kwargs) for args, kwargs in question.cases]
        if len(lines) > MOST_ASKED:
            break
    return tuple(dict.fromkeys(filter(None, lines)))[:MOST_ASKED]
