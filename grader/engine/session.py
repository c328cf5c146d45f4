"""One exercise's suite in pytest's own session: collected once, run test by test, for any number of submissions."""

import contextlib
import difflib
import hashlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pytest

from grader.base.errors import CourseError, UsageError
from grader.course.exercise import Exercise
from grader.engine.guard import OWN_SECONDS, Endless, guard
from grader.engine.observe import Observe, Question
from grader.engine.placeholder import displaced, lies_in, light_imports
from grader.engine.subject import Subject
from grader.engine.tolerance import TOLERANCE

OFF = "cacheprovider doctest unittest junitxml pastebin stepwise faulthandler warnings logging debugging".split()
OFF += "setuponly setupplan legacypath unraisableexception threadexception recwarn monkeypatch".split()


OWN_LINE = re.compile(
    r"(?:\S*/)?(\w+\.py:\d+): in <module>"
)  # where pytest's account of a failed import stands in the suite


NOT_PUBLIC = "has no public tests: your instructor's report decides"


class SuitePlugin:
    """What a suite sees of the grader: four fixtures; what the grader sees of a test: its first exception."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self.instead = ""  # "reference": the same test is run on the solution to learn whose fault an exception is
        self.seed = 0
        self.problem: BaseException | None = None
        self.collection: list[tuple[str, str]] = []  # `file:line`, where that is known, and what is wrong there
        self.asked: list[Question] = []  # what the running test asked of the submission
        self.answered: list[tuple[Question, list[Any]]] = []  # and what it got
        self.mutate: Callable[[Any], Any] | None = None  # `grader verify` damages observations here

    def subject(self, name: str) -> Subject:
        return self.subjects[self.instead if self.instead and name == "submission" else name]

    def ask(self, name: str) -> Callable[[Question], list[Any]]:
        def ask(question: Question) -> list[Any]:
            if name == "submission":
                self.asked.append(question)
            if name == "neutral" and question.wants:
                what = f"neutral({question.scenario.__name__}) asks without a submission"
                raise TypeError(f"{what}: drop its parameter `{question.wants}`, or ask `observe` or `reference`")
            with guard.paused():
                answers = self.subject(name).ask(question)
            if name == "submission":
                if self.mutate is not None and not question.refusal:
                    answers = self.mutate(answers)
                self.answered.append((question, answers))
            return answers

        return ask

    @pytest.fixture
    def observe(self) -> Observe:
        return Observe(self.ask("submission"))

    @pytest.fixture
    def reference(self) -> Observe:
        return Observe(self.ask("reference"))

    @pytest.fixture
    def neutral(self) -> Observe:
        return Observe(self.ask("neutral"))

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return np.random.default_rng(list(hashlib.sha256(f"{self.seed}|{request.node.name}".encode()).digest()))

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "points(worth, hint, gate, bonus): what a test is worth")
        config.addinivalue_line("markers", "public: learners get this test in a release")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = str(report.longrepr).splitlines()
            what = "\n".join(line[1:].strip() for line in lines if line.startswith("E ")) or lines[-1]
            places = [found[1] for line in lines if (found := OWN_LINE.match(line))]
            self.collection.append((places[-1] if places else "", what))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keeps the exception, and skips pytest's own report of it, which is not used."""
        if call.excinfo is not None and self.problem is None:
            self.problem = call.excinfo.value
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        when = call.when if call.when != "collect" else "call"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)


class EndlessSuite(CourseError):
    """A suite whose own code does not terminate."""


class OpenSuite:
    """One exercise's suite, collected once; its tests can be run for any number of submissions."""

    def __init__(self, exercise: Exercise, digest: str = "") -> None:
        from _pytest.config import _prepareconfig

        self.exercise = exercise
        self.digest = digest
        self.plugin = SuitePlugin()
        self.seconds = OWN_SECONDS * exercise.suite_seconds
        files = sorted(str(p) for p in exercise.suite.glob("test_*.py"))
        if not files and exercise.released:
            raise UsageError(NOT_PUBLIC, exercise.key)
        if not files:
            raise CourseError("this exercise has no suite", str(exercise.suite), "add suite/test_<slug>.py")
        args = [*files, "-c", os.devnull, "--rootdir", str(exercise.suite), "--noconftest", "--capture=no", "-q", "-q"]
        args += [word for plugin in OFF for word in ("-p", f"no:{plugin}")]
        self.noise = io.StringIO()
        self.several: set[str] = set()  # tests that were seen to ask more than one question
        self.displaced = displaced(exercise.suite)
        old = set(sys.modules)
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # nobody but the suite decides which tests count
            os.environ.pop(name, None)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        with contextlib.redirect_stdout(self.noise), light_imports(exercise.extra):
            self.config = _prepareconfig(args, [self.plugin])
            self.config._do_configure()
            self.session = pytest.Session.from_config(self.config)
            self.config.hook.pytest_sessionstart(session=self.session)
            self.items = self.collected()
        self.modules = [n for n in set(sys.modules) - old if lies_in(n, exercise.suite)]
        if guard.raised:
            self.close()
            raise self.without_end("the import of the suite", guard.raised)
        if self.plugin.collection or not self.items:
            nothing = (f"{os.path.basename(files[0])}:1", "no test was found")
            place, what = (self.plugin.collection or [nothing])[0]
            self.close()
            where = str(exercise.suite / place)
            raise CourseError(f"the suite cannot be read: {what}", where, "mend it, then run `grader verify`")

    def collected(self) -> list[pytest.Item]:
        """The tests; what is wrong with the suite goes to the plugin's list."""
        try:
            with guard.armed(self.seconds), guard.running(self.exercise.suite, self.seconds):
                return list(self.session.perform_collect())
        except pytest.UsageError as error:
            self.plugin.collection.append(("", str(error)))
            return []

    def without_end(self, what: str, endless: Endless) -> EndlessSuite:
        """The error that names a test, or the suite's import, and where it was found running."""
        return EndlessSuite(f"{what} {endless}", endless.place, "let it end, or let it do less")

    def named(self, names: Sequence[str]) -> list[pytest.Item]:
        """The tests of these names, with or without `test_`, or all of them; UsageError for an unknown name."""
        known = {item.name: item for item in self.items}
        for name in names:
            if name not in known and f"test_{name}" not in known:
                near = difflib.get_close_matches(name, [*known, *(n.removeprefix("test_") for n in known)], 1)
                what = f"did you mean {near[0]}?" if near else f"the tests are {', '.join(known)}"
                raise UsageError(f"{self.exercise.key} has no test {name!r}", next=what)
        return [item for n, item in known.items() if not names or n in names or n.removeprefix("test_") in names]

    def run(self, item: pytest.Item) -> BaseException | None:
        """The first exception of one test, None if it passed."""
        from _pytest.runner import runtestprotocol

        self.plugin.problem, self.plugin.asked, self.plugin.answered = None, [], []
        token = TOLERANCE.set(self.exercise.tolerance)
        try:
            with contextlib.redirect_stdout(self.noise), guard.running(self.exercise.suite, self.seconds):
                runtestprotocol(item, log=False, nextitem=None)
        finally:
            TOLERANCE.reset(token)
        return self.plugin.problem

    def put_under_test(self, subjects: dict[str, Subject], seed: int) -> None:
        """The next tests ask these subjects, by the names of the fixtures, and draw from this seed."""
        self.plugin.subjects, self.plugin.seed = subjects, seed

    @property
    def asked(self) -> list[Question]:
        """What the last test asked of the submission."""
        return self.plugin.asked

    @property
    def answered(self) -> list[tuple[Question, list[Any]]]:
        """The same, each with its answers, as far as there are any."""
        return self.plugin.answered

    @property
    def is_mutated(self) -> bool:
        """Whether tests see the submission's answers changed."""
        return self.plugin.mutate is not None

    @property
    def asks_solution(self) -> bool:
        """Whether what a test asks of the submission is asked of the solution."""
        return bool(self.plugin.instead)

    @contextlib.contextmanager
    def on_solution(self) -> Iterator[None]:
        """Within it, what a test asks of the submission is asked of the solution, and nothing is mutated."""
        plugin, mutate = self.plugin, self.plugin.mutate
        plugin.instead, plugin.mutate = "reference", None
        try:
            yield
        finally:
            plugin.instead, plugin.mutate = "", mutate

    @contextlib.contextmanager
    def mutated(self, mutate: Callable[[Any], Any] | None) -> Iterator[None]:
        """Within it, tests see the submission's answers as `mutate` changes them."""
        before, self.plugin.mutate = self.plugin.mutate, mutate
        try:
            yield
        finally:
            self.plugin.mutate = before

    def close(self) -> None:
        with contextlib.redirect_stdout(self.noise):
            self.config._ensure_unconfigure()
        for name in getattr(self, "modules", ()):
            sys.modules.pop(name, None)
        sys.modules.update(self.displaced)
        suite = os.path.realpath(self.exercise.suite)
        sys.path[:] = [p for p in sys.path if os.path.realpath(p) != suite]
