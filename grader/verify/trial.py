"""One run of a suite on one piece of code under one seed, in a pool of processes that each own a warm sandbox."""

import atexit
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.base.errors import CourseError, GraderError
from grader.base.temporary import TemporaryFolder
from grader.course.exercise import Exercise, read_exercise
from grader.course.submission import Submission
from grader.engine.comparison import picture
from grader.engine.examiner import Examiner
from grader.engine.guard import OWN_SECONDS, guard, stuck_place
from grader.sandbox import Sandbox
from grader.suite.chance import risk
from grader.verify.damage import ObservationMutation

END_SECONDS = 3.0


@dataclass(frozen=True)
class Trial:
    """What to run: `kind` and `name` say what the code is, `damage` a mutation of what is observed, `tests` which."""

    kind: str
    name: str
    seed: int
    source: bytes
    damage: str = ""
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a trial, in plain data: (outcome, message) per test, points, CPU seconds, statistical risk."""

    trial: Trial
    tests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    earned: float = 0
    possible: float = 0
    cpu: float = 0.0
    risk: float = 0.0
    unchanged: frozenset[str] = frozenset()
    problem: str = ""
    worth: dict[str, float] = field(default_factory=dict)
    gates: frozenset[str] = frozenset()
    asked: dict[str, frozenset[str]] = field(default_factory=dict)  # digests of each test's questions, refusals aside

    @property
    def wrong(self) -> set[str]:
        return {name for name, (outcome, _) in self.tests.items() if outcome != "passed"}


class Bench:
    """One process's sandbox and examiner, made when first needed."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.examiner = Examiner(self.sandbox, trusted=True)
        atexit.register(self.sandbox.close)

    def run(self, exercise: Exercise, trial: Trial) -> Outcome:
        spent: list[float] = []
        risk.set(spent)
        before = os.times()
        damage = ObservationMutation(trial.damage) if trial.damage else None
        unchanged = set()
        asked: dict[str, frozenset[str]] = {}
        suite = self.examiner.open(exercise)

        def watch(name: str, verdict: Any) -> None:
            if verdict is not None:
                asked[name] = frozenset(q.digest() for q in suite.asked if not q.refusal)
            if damage is not None:
                if verdict is not None and not damage.changed:
                    unchanged.add(name)
                damage.changed = 0

        with suite.mutated(damage):
            submission = Submission.of(trial.source, trial.name)
            record = self.examiner.grade(
                exercise, submission, trial.seed, watch=watch, resemblance=False, tests=trial.tests
            )
        after = os.times()
        cpu = self.examiner.cpu + after.user + after.system - before.user - before.system
        tests = {v.name: (v.outcome, v.message) for v in record.verdicts}
        gates = frozenset(v.name for v in record.verdicts if v.gate)
        return Outcome(
            trial, tests, record.earned, record.possible, cpu, sum(spent), frozenset(unchanged),
            worth={v.name: v.possible for v in record.verdicts}, gates=gates, asked=asked,
        )  # fmt: skip


BENCH: list[Bench] = []


def work(folder: str, trials: list[Trial]) -> list[Outcome]:
    """In a pool process: all the trials, one after the other."""
    if not BENCH:
        BENCH.append(Bench())
    done = []
    exercise = read_exercise(Path(folder))
    with guard.armed(OWN_SECONDS * exercise.suite_seconds):
        for trial in trials:
            try:
                done.append(BENCH[0].run(exercise, trial))
            except CourseError as error:
                done.append(Outcome(trial, problem=f"{error.where}: {error.what}."))
            except GraderError as error:
                done.append(Outcome(trial, problem=f"the grader failed: {error}"))
    return done


def draw(folder: str) -> str:
    """In a pool process: why the picture cannot be drawn of the solution and of the stub; empty if it can."""
    if not BENCH:
        BENCH.append(Bench())
    exercise = read_exercise(Path(folder))
    try:
        for path in (exercise.solution, exercise.stub):
            submission = Submission.of(path.read_bytes(), path.name)
            picture(BENCH[0].examiner, exercise, submission, seed=0, strict=True)
    except GraderError as error:
        return f"{error.where}: {error.what}"
    return ""


def settle(place: str) -> None:
    """In a new pool process: its temporary files lie in `place`, Ctrl-C is the parent's to handle."""
    tempfile.tempdir = place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, leave)
    log = open(os.path.join(place, f"{os.getpid()}.log"), "w", encoding="utf-8")  # what is left of a process that hung
    os.dup2(log.fileno(), 2)


def leave(*_: object) -> None:
    """At once: an exception would be the running test's."""
    if BENCH:
        BENCH[0].sandbox.close()
    os._exit(1)


def end(processes: list[Any]) -> None:
    """Asks them to end, and kills those that are stuck."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()


class Memory:
    """Of outcomes; this one knows nothing and forgets everything."""

    def recall(self, exercise: Exercise, trials: Iterable[Trial]) -> dict[Trial, Outcome]:
        """What is known of these trials."""
        return {}

    def remember(self, exercise: Exercise, outcomes: Iterable[Outcome]) -> None:
        """Keeps them."""


class Pool:
    """As many processes as there are cores (or `jobs`), each grading trials of one exercise at a time.

    Trials that `memory` knows are not run again.
    """

    def __init__(self, jobs: int | None = None, memory: Memory | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self.memory = memory or Memory()
        self.folder = TemporaryFolder()
        self.executor = self.started()

    def started(self) -> ProcessPoolExecutor:
        context, place = multiprocessing.get_context("spawn"), str(self.folder.path)
        return ProcessPoolExecutor(self.jobs, context, initializer=settle, initargs=(place,))

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None:
            end(multiprocessing.active_children())
        self.executor.shutdown(cancel_futures=True)
        self.folder.remove()

    def draw(self, exercise: Exercise) -> Callable[[], str]:
        """Starts to draw the exercise's picture; the function waits for it and says what is wrong with it."""
        painter = exercise.folder / "picture.py"
        parts = [path.read_bytes() for path in (painter, exercise.stub) if path.exists()]
        trial = Trial("picture", painter.name, 0, b"".join(parts))
        if self.memory.recall(exercise, [trial]):
            return lambda: ""
        future = self.executor.submit(draw, str(exercise.folder))

        def wait() -> str:
            try:
                problem = future.result()
            except BrokenProcessPool:
                raise self.stuck(exercise) from None
            self.memory.remember(exercise, [Outcome(trial, problem=problem)])
            return problem

        return wait

    def stuck(self, exercise: Exercise) -> CourseError:
        """Why a process of the pool ended; the next exercise gets a new pool."""
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in self.folder.path.glob("*.log")]
        places = [place for text in texts if (place := stuck_place(text, str(exercise.suite)))]
        self.executor.shutdown(cancel_futures=True)
        self.executor = self.started()
        if places:
            return CourseError("is stuck in this line for good", places[0], "let it end, or let it do less")
        words = [line for text in texts for line in text.splitlines()[-1:]]
        return CourseError(f"a process died while its suite ran: {' '.join(words[:1])}", str(exercise.suite))

    def run(
        self, exercise: Exercise, trials: list[Trial], tick: Callable[[int], None] | None = None, chunk: int = 3
    ) -> Iterator[Outcome]:
        """The outcomes as they come. Trials of one seed stay together: what the solution answers is asked once."""
        known = self.memory.recall(exercise, trials)
        if tick and known:
            tick(len(known))
        yield from known.values()
        trials = sorted((trial for trial in trials if trial not in known), key=lambda trial: trial.seed)
        parts = [trials[i : i + chunk] for i in range(0, len(trials), chunk)]
        for future in as_completed([self.executor.submit(work, str(exercise.folder), part) for part in parts]):
            try:
                outcomes = future.result()
            except BrokenProcessPool:
                raise self.stuck(exercise) from None
            self.memory.remember(exercise, outcomes)
            if tick:
                tick(len(outcomes))
            yield from outcomes
