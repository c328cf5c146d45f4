"""The trusted side: runs a hidden suite with pytest in this process and turns each test into one verdict."""

import contextlib
import hashlib
import io
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import numpy as np
import pytest

from grader import explanation
from grader.course import Exercise, judged
from grader.errors import CourseError, GraderError
from grader.observe import NoAnswer, Observe, Question, SubmissionRaised
from grader.placeholder import light_imports
from grader.record import Record, versions
from grader.resemblance import resembled
from grader.sandbox import Sandbox
from grader.subject import Subject
from grader.submission import Submission
from grader.verdict import Verdict

OFF = "cacheprovider doctest unittest junitxml pastebin stepwise faulthandler warnings logging debugging setuponly".split()
OFF += "setupplan legacypath unraisableexception threadexception recwarn monkeypatch".split()
Watch = Callable[[str, Verdict | None], None]


class SuitePlugin:
    """What a suite sees of the grader: four fixtures; what the grader sees of a test: its first exception."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self.instead = ""  # "reference": the same test is run on the solution to learn whose fault an exception is
        self.seed = 0
        self.problem: BaseException | None = None
        self.collection: list[str] = []
        self.tamper: Callable[[Any], Any] | None = None  # `grader verify` damages observations here

    def subject(self, name: str) -> Subject:
        return self.subjects[self.instead if self.instead and name == "submission" else name]

    def ask(self, name: str) -> Callable[[Question], list[Any]]:
        def ask(question: Question) -> list[Any]:
            answers = self.subject(name).ask(question)
            return answers if self.tamper is None or name != "submission" or question.refusal else self.tamper(answers)

        return ask

    @pytest.fixture(scope="session")
    def observe(self) -> Observe:
        return Observe(self.ask("submission"))

    @pytest.fixture(scope="session")
    def reference(self) -> Observe:
        return Observe(self.ask("reference"))

    @pytest.fixture(scope="session")
    def neutral(self) -> Observe:
        return Observe(self.ask("neutral"))

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return np.random.default_rng(list(hashlib.sha256(f"{self.seed}|{request.node.name}".encode()).digest()))

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "points(worth, hint, gate): what a test is worth")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.collection.append(str(report.longrepr))

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and self.problem is None:
            self.problem = call.excinfo.value


class OpenSuite:
    """One exercise's suite, collected once; its tests can be run for any number of submissions."""

    def __init__(self, exercise: Exercise) -> None:
        from _pytest.config import _prepareconfig

        self.exercise = exercise
        self.plugin = SuitePlugin()
        guard = f"timeout={exercise.limits.total_seconds + 60:g}" if in_main_thread() else "timeout=0"
        files = sorted(str(p) for p in exercise.suite.glob("test_*.py"))
        if not files:
            raise CourseError("this exercise has no suite", str(exercise.suite), "add suite/test_<slug>.py")
        args = [*files, "-c", os.devnull, "--rootdir", str(exercise.suite), "--noconftest", "--capture=no", "-q", "-q"]
        args += ["-o", guard, "-o", "timeout_method=signal", "-p", "pytest_timeout", *(w for p in OFF for w in ("-p", f"no:{p}"))]
        self.noise = io.StringIO()
        old = set(sys.modules)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        with contextlib.redirect_stdout(self.noise), light_imports():
            self.config = _prepareconfig(args, [self.plugin])
            self.config._do_configure()
            self.session = pytest.Session.from_config(self.config)
            self.config.hook.pytest_sessionstart(session=self.session)
            try:
                self.items = list(self.session.perform_collect())
            except pytest.UsageError as error:
                self.plugin.collection.append(str(error))
                self.items = []
        self.modules = [n for n in set(sys.modules) - old if self.belongs(n)]
        if self.plugin.collection or not self.items:
            problem = (self.plugin.collection or ["no test was found"])[0]
            self.close()
            raise CourseError(f"the suite cannot be read: {problem}", str(exercise.suite), "run `grader verify` on it")

    def belongs(self, name: str) -> bool:
        file = getattr(sys.modules[name], "__file__", None) or ""
        return file.startswith(str(self.exercise.suite))

    def run(self, item: pytest.Item) -> BaseException | None:
        """The first exception of one test, None if it passed."""
        from _pytest.runner import runtestprotocol

        self.plugin.problem = None
        with contextlib.redirect_stdout(self.noise):
            runtestprotocol(item, log=False, nextitem=None)
        return self.plugin.problem

    def close(self) -> None:
        with contextlib.redirect_stdout(self.noise):
            self.config._ensure_unconfigure()
        for name in getattr(self, "modules", ()):
            sys.modules.pop(name, None)
        suite = str(self.exercise.suite)
        sys.path[:] = [p for p in sys.path if p != suite]


class Examiner:
    """Grades submissions, one after the other, with one sandbox; keeps the suite of the last exercise open."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cpu = 0.0  # seconds that the last submission's examinees took, the solution's beside it included
        self.suite: OpenSuite | None = None
        self.whose: dict[tuple[str, str, int], bool] = {}
        self.references: dict[tuple[str, int, str], Subject] = {}

    def __enter__(self) -> "Examiner":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self.suite is not None:
            self.suite.close()
            self.suite = None

    def open(self, exercise: Exercise) -> OpenSuite:
        exercise = judged(exercise)
        if self.suite is None or self.suite.exercise.suite != exercise.suite:
            self.close()
            self.suite = OpenSuite(exercise)
        return self.suite

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        seed: int | None = None,
        device: str = "cpu",
        watch: Watch | None = None,
    ) -> Record:
        """One submission's record. `watch(name, None)` announces a test, `watch(name, verdict)` tells its end.

        CourseError if the suite cannot be read, SandboxError if no examinee can be confined.
        """
        start = time.monotonic()
        seed = secrets.randbelow(2**31) if seed is None else seed
        suite = self.open(exercise)
        subject = self.subjects(suite, submission.source, seed, device)
        verdicts = []
        for item in suite.items:
            if watch:
                watch(item.name, None)
            verdicts.append(self.verdict(suite, item, subject, seed))
            if watch:
                watch(item.name, verdicts[-1])
        self.cpu = sum(one.cpu for one in suite.plugin.subjects.values())
        told = self.sandbox.description
        record = Record(
            suite.exercise.id, submission.path, submission.sha256, tuple(verdicts), told["tier"], device, seed,
            time.monotonic() - start, versions(told["torch"]), peak_mb=subject.peak_kb / 1024, forced=told["forced"],
        )  # fmt: skip
        return resembled(record, suite.exercise)

    def subjects(self, suite: OpenSuite, source: bytes, seed: int, device: str) -> Subject:
        """Puts a submission under examination, with its solution beside it."""
        exercise = suite.exercise
        key = (exercise.id, seed, device)
        if key not in self.references:
            self.references.clear()
            solution = exercise.solution.read_bytes() if exercise.solution.exists() else b""
            self.references[key] = Subject(self.sandbox, exercise, solution, seed, device)
        self.references[key].renew()
        subject = Subject(self.sandbox, exercise, source, seed, device, rival=self.references[key])
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
        problem = suite.run(item)
        outcome, message, frames = self.told(suite, item, problem, seed)
        return Verdict(
            item.name, title, outcome, worth if outcome == "passed" else 0, worth, explanation.printable(message),
            "" if outcome == "passed" else hint, explanation.tail(subject.output), time.monotonic() - start, gate, frames,
        )  # fmt: skip

    def told(
        self, suite: OpenSuite, item: pytest.Item, problem: BaseException | None, seed: int
    ) -> tuple[str, str, tuple[tuple[int, str, str], ...]]:
        """Outcome, message and frames of a test's first exception."""
        if problem is None:
            return "passed", "", ()
        if isinstance(problem, AssertionError):
            return "failed", explanation.assertion(str(problem)), ()
        if isinstance(problem, NoAnswer):
            return problem.outcome, problem.message, ()
        if isinstance(problem, GraderError):
            return "suite_error", str(problem), ()
        if isinstance(problem, KeyboardInterrupt):
            raise problem
        if not self.reference_passes(suite, item, seed):
            return "suite_error", f"the test itself failed: {type(problem).__name__}: {problem}", ()
        if isinstance(problem, SubmissionRaised):
            raised = problem.raised
            frames = tuple((line, explanation.printable(where), explanation.printable(text)) for _, line, where, text in raised.frames)
            return "error", explanation.exception(raised), frames
        return "failed", f"your answer has a form this test cannot read ({type(problem).__name__}: {problem})", ()

    def reference_passes(self, suite: OpenSuite, item: pytest.Item, seed: int) -> bool:
        """Whether the same test passes on the solution: then an exception in it is the submission's doing."""
        key = (suite.exercise.id, item.name, seed)
        if key not in self.whose:
            with instead(suite.plugin, "reference"):
                self.whose[key] = suite.run(item) is None
        return self.whose[key]


@contextlib.contextmanager
def instead(plugin: SuitePlugin, name: str) -> Iterator[None]:
    plugin.instead, tamper, plugin.tamper = name, plugin.tamper, None
    try:
        yield
    finally:
        plugin.instead, plugin.tamper = "", tamper


def in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


