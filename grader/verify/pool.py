"""The processes that run trials, each with a warm sandbox of its own, and what they already know."""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any

from grader.base.errors import CourseError
from grader.base.temporary import TemporaryFolder
from grader.course.exercise import Exercise
from grader.engine.guard import stuck_place
from grader.sandbox.guest import kernel
from grader.verify.suitefile import first_place
from grader.verify.trial import BENCH, Outcome, Trial, draw, work

END_SECONDS = 3.0
FEW_SECONDS = 6.0  # of work that is left are done before another process would be warm


def settle(place: str) -> None:
    """In a new pool process: its temporary files lie in `place`, Ctrl-C is the parent's to handle."""
    tempfile.tempdir = place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody waits for the work of whoever was killed
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

    Trials that `memory` knows are not run again. With `thrifty` a small exercise that is verified alone is left to the
    first process that is warm: another one would take longer to start than the work does.
    """

    def __init__(self, jobs: int | None = None, memory: Memory | None = None, thrifty: bool = False) -> None:
        self.thrifty = thrifty
        self.jobs = jobs or os.cpu_count() or 1
        self.memory = memory or Memory()
        self.folder = TemporaryFolder()
        self.cost: float | None = None  # CPU seconds of the first trial, as long as only one process is warm
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

    def answers(self, exercise: Exercise, parts: list[list[Trial]]) -> Iterator[list[Outcome]]:
        """The outcomes of each part; little work is left to the one process that is warm."""
        folder = str(exercise.folder)
        try:
            if len(parts) == 1 or (
                self.thrifty and self.cost is not None and self.cost * sum(map(len, parts)) < FEW_SECONDS
            ):
                for part in parts:
                    outcomes = self.executor.submit(work, folder, part).result()
                    self.cost = max(outcome.cpu for outcome in outcomes)
                    yield outcomes
                return
            self.cost = None
            for future in as_completed([self.executor.submit(work, folder, part) for part in parts]):
                yield future.result()
        except BrokenProcessPool:
            raise self.stuck(exercise) from None

    def warm(self, exercise: Exercise) -> None:
        """Lets a process get ready for an exercise of which all may be known so far; nobody waits for it."""
        self.executor.submit(work, str(exercise.folder), [])

    def draw(self, exercise: Exercise) -> Callable[[], str]:
        """Starts to draw the exercise's picture; the function waits for it and says what is wrong with it."""
        painter = exercise.folder / "picture.py"
        parts = [path.read_bytes() for path in (painter, *exercise.stubs) if path.exists()]
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
        what = f"a process died while its suite ran: {' '.join(words[:1])}".rstrip(" :")
        return CourseError(what, first_place(exercise), "run it again with --jobs 1; it may need less memory")

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
        for outcomes in self.answers(exercise, parts):
            self.memory.remember(exercise, outcomes)
            if tick:
                tick(len(outcomes))
            yield from outcomes
