"""The trusted side: runs a hidden suite on submissions, one after the other, and makes a record of each."""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from types import TracebackType
from typing import Any

from grader.base.errors import CourseError
from grader.course.course import with_suite
from grader.course.device import check_device, own_device
from grader.course.exercise import Exercise
from grader.course.packages import advice, missing
from grader.course.submission import Submission
from grader.engine.answers import answered, apart
from grader.engine.examination import Examination
from grader.engine.forbid import check_forbidden
from grader.engine.guard import OWN_SECONDS, Endless, guard
from grader.engine.observe import Question
from grader.engine.record import Record, versions
from grader.engine.resemblance import resembled
from grader.engine.session import EndlessSuite, OpenSuite
from grader.engine.subject import Subject
from grader.engine.verdict import Verdict
from grader.sandbox import Sandbox

OWN_SESSION = "solutions"  # of a practice run: one process answers for every solution, for all are the course's own
ENDLESS_SECONDS = 60.0  # for so long nobody tries again what did not come to an end
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
        self.now: Examination | None = None
        self.sound: set[tuple[str, str, int]] = set()
        self.endless: dict[str, tuple[float, EndlessSuite]] = {}  # by the suite's digest, since when
        self.references: dict[tuple[str, int, str], Subject] = {}
        self.mistakes: dict[tuple[str, str, str, int, str, bool], str] = {}
        self.restless: dict[tuple[str, str, str], Endless] = {}  # tests that do not end on a known mistake's answers

    def __enter__(self) -> "Examiner":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self.suite is not None:
            self.suite.close()
            self.suite = None

    def abandon(self) -> None:
        """Ends an examination in the middle of a test; the suite is collected anew for the next one."""
        if self.now is not None:
            self.now.leave()
        self.close()

    def open(self, exercise: Exercise) -> OpenSuite:
        """The exercise's suite, collected anew if any of its files has changed since."""
        exercise = with_suite(exercise)
        if absent := missing(exercise.extra):
            what = f"{exercise.key} needs {', '.join(f'`{name}`' for name in absent)}, which cannot be imported here"
            raise CourseError(what, str(exercise.folder / "exercise.toml"), advice(absent))
        check_device(exercise)
        digest = exercise.digest()
        since, error = self.endless.get(digest, (0.0, None))
        if error is not None and time.monotonic() < since + ENDLESS_SECONDS:
            raise error
        if self.suite is None or (self.suite.exercise.suite, self.suite.digest) != (exercise.suite, digest):
            self.close()
            with self.noting_endless(digest):
                self.suite = OpenSuite(exercise, digest)
        return self.suite

    @contextlib.contextmanager
    def noting_endless(self, digest: str) -> Iterator[None]:
        """Remembers a suite that does not terminate for a while, so that not each submission runs into its limit."""
        try:
            yield
        except EndlessSuite as error:
            self.endless[digest] = time.monotonic(), error
            raise

    def examine(
        self, exercise: Exercise, source: bytes, seed: int, device: str = "", own_seed: int | None = None,
        files: tuple[tuple[str, bytes], ...] = (), own: bool = False, believe_failures: bool = False,
    ) -> Examination:  # fmt: skip
        """Puts a submission under examination, with its solution beside it, and ends the one before.

        `device` is the exercise's own where none is named;
        `own_seed` gives the submission's code other random numbers than the suite's inputs come from; `files` lie
        beside the source; `own` says that it is the course's code, a known mistake; `believe_failures` is for code
        that answers alike in a process that has answered before.
        """
        if self.now is not None:
            self.now.leave()
        suite = self.open(exercise)
        exercise = suite.exercise
        device = device or own_device(exercise)
        key = (suite.digest, seed, device)
        if key not in self.references:
            self.references.clear()
            there = exercise.solution.exists()
            solution, absent = exercise.solution.read_bytes() if there else b"", "" if there else str(exercise.solution)
            beside = exercise.solution_files
            self.references[key] = Subject(self.sandbox, exercise, solution, seed, device, absent=absent, files=beside)
        reference = self.references[key]
        reference.renew()
        own_seed = seed if own_seed is None else own_seed
        practice = self.sandbox.practice
        submission = Subject(self.sandbox, exercise, source, own_seed, device, reference=reference, files=files)
        neutral = Subject(self.sandbox, exercise, None, seed, device)
        if practice:
            reference.session = neutral.session = OWN_SESSION
            submission.session = OWN_SESSION if own else submission.session
        self.now = Examination(
            suite, submission, reference, neutral, seed, self.sound, self.trusted, practice, believe_failures
        )
        return self.now

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        seed: int | None = None,
        device: str = "",
        watch: Watch | None = None,
        resemblance: bool = True,
        tests: Sequence[str] = (),
        believe_failures: bool = False,
        first_failure: bool = False,
    ) -> Record:
        """One submission's record. `watch(name, None)` announces a test, `watch(name, verdict)` its end.

        `resemblance` False spares the search for known mistakes that explain the failures; `tests` names the only ones
        to run; `believe_failures` is as in `examine`; `first_failure` leaves out what comes after one.

        CourseError if the suite cannot be read, SandboxError if no examinee can be confined.
        """
        start = time.monotonic()
        device = device or own_device(exercise)
        seed = secrets.randbelow(2**31) if seed is None else seed
        now = self.examine(
            exercise, submission.source, seed, device, files=submission.files, believe_failures=believe_failures
        )
        exercise = now.suite.exercise
        verdicts = []
        with guard.armed(now.suite.seconds), self.noting_endless(now.suite.digest):
            for item in now.suite.named(tests):
                if watch:
                    watch(item.name, None)
                verdicts.append(now.verdict(item))
                if watch:
                    watch(item.name, verdicts[-1])
                if first_failure and verdicts[-1].outcome != "passed":
                    break
        now.leave()
        self.cpu, self.spent = now.cpu, now.submission.wall
        box = self.sandbox.description
        record = Record(
            exercise.id, submission.path, submission.sha256, tuple(verdicts), box["tier"], device, seed,
            time.monotonic() - start, versions(box["torch"]), peak_mb=now.submission.peak_kb / 1024,
            forced=box["forced"], as_root=box.get("uid") == "root without capabilities",
        )  # fmt: skip
        sources = [submission.source, *(data for name, data in submission.files if name.endswith(".py"))]
        record = check_forbidden(record, exercise, sources, now.neutral)
        now.leave()
        if record.outcome != "failed" or not resemblance or tests:
            return record
        mistake = self.recognized(exercise, submission, record)
        self.now = now  # known mistakes were examined meanwhile
        names = mistake.split(" + ") if mistake else []
        return replace(record, resembles=mistake, told=" ".join(filter(None, map(exercise.learner_note, names))))

    def recognized(self, exercise: Exercise, submission: Submission, record: Record) -> str | None:
        """What `resembled` finds; None where a test does not end on a known mistake's answers."""
        rerun = partial(self.messages_of, exercise, record.seed, record.device)
        try:
            with guard.armed(OWN_SECONDS * exercise.suite_seconds):
                return resembled(record, exercise, rerun, self.unlike(exercise, submission, record))
        except Endless:
            if self.now is not None:
                self.now.leave()
            return None

    def unlike(self, exercise: Exercise, submission: Submission, record: Record) -> Callable[[str], frozenset[str]]:
        """A function that names the cases of the failed tests' questions that a known mistake answers otherwise.

        Of the empty name it names those that the solution answers otherwise.
        """
        failed = {verdict.name for verdict in record.verdicts if not verdict.passed}

        @cache
        def answers() -> dict[str, tuple[Question, Any]]:
            now = self.examine(exercise, submission.source, record.seed, record.device, files=submission.files)
            asked: dict[str, Question] = {}
            for item in now.suite.items:
                if item.name in failed:
                    now.message(item)
                    asked |= {question.digest(): question for question in now.suite.asked}
            found = {digest: (question, answered(now.submission, question)) for digest, question in asked.items()}
            now.leave()
            return found

        @cache
        def of(mistake: str) -> frozenset[str]:
            asked = answers()
            right = exercise.solution.read_bytes(), exercise.solution_files
            source, files = exercise.mistake_with_files(mistake) if mistake else right
            now = self.examine(exercise, source, record.seed, record.device, files=files, own=True)
            pairs = {digest: (answered(now.submission, one), answer) for digest, (one, answer) in asked.items()}
            now.leave()
            return frozenset(f"{digest} {case}" for digest, pair in pairs.items() for case in apart(*pair))

        return of

    def messages_of(
        self, exercise: Exercise, seed: int, device: str, mistake: str, tests: Sequence[str], other: bool
    ) -> dict[str, str]:
        """What these tests say of a known mistake on the same inputs; `other` gives its code other random numbers.

        Endless if one of them does not end, at once if it did not under whatever seed before.
        """
        source, files = exercise.mistake_with_files(mistake)
        whole = Submission.of(source, mistake, files).digest
        messages = {}
        suite = self.open(exercise)
        for item in [one for one in suite.items if one.name in tests]:
            key = (suite.digest, whole, item.name, seed, device, other)
            if (endless := self.restless.get(key[:3])) is not None:
                raise endless.with_traceback(None)
            if key not in self.mistakes:
                own_seed = seed + 1 if other else seed
                now = self.examine(exercise, source, seed, device, own_seed, files=files, own=True)
                try:
                    self.mistakes[key] = now.message(item)
                except Endless as error:
                    self.restless[key[:3]] = error
                    raise
                now.leave()
            messages[item.name] = self.mistakes[key]
        return messages
