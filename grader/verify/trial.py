"""One run of a suite on one piece of code under one seed, in a pool of processes that each own a warm sandbox."""

import atexit
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.base.errors import CourseError, GraderError
from grader.course.device import own_device
from grader.course.exercise import Exercise, read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.guard import OWN_SECONDS, guard
from grader.engine.picture import picture
from grader.sandbox import Sandbox
from grader.suite.chance import risk
from grader.verify.damage import ObservationMutation, OpaqueFinder
from grader.verify.pace import pace
from grader.verify.suitefile import first_place

MANY = 8  # trials pay for a warm-up; the few of a small exercise are over before it is


@dataclass(frozen=True)
class Trial:
    """What to run: `kind` and `name` say what the code is, `damage` a mutation of what is observed, `tests` which."""

    kind: str
    name: str
    seed: int
    source: bytes
    damage: str = ""
    tests: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()  # beside the source, where an exercise asks for several

    @property
    def believes_failures(self) -> bool:
        """Whether what fails on the answer of a process that had answered before is not asked again in a new one.

        Lazy controls keep nothing between calls. A known mistake is graded as a learner's file under its first seed.
        """
        return self.kind == "lazy" or (self.kind == "mistake" and bool(self.tests) and self.seed > 0)


@dataclass(frozen=True)
class Outcome:
    """What came of a trial, in plain data: (outcome, message) per test, points, CPU seconds, statistical risk.

    The solution's CPU seconds are those of a nominal core (`pace`).
    """

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
    chance: dict[str, float] = field(default_factory=dict)  # with which each test may fail a right answer
    times: dict[str, float] = field(default_factory=dict)  # seconds of each test, on the wall's clock
    opaque: dict[str, str] = field(default_factory=dict)  # why an answer that a test saw is no plain data
    parts: dict[str, float] = field(default_factory=dict)  # points of tests that failed and gave some

    @property
    def wrong(self) -> set[str]:
        return {name for name, (outcome, _) in self.tests.items() if outcome != "passed"}


class Bench:
    """One process's sandbox and examiner, made when first needed."""

    def __init__(self, exercise: Exercise) -> None:
        self.sandbox = Sandbox(own_device(exercise), early=True)  # its torch loads while pytest does here
        self.runs = 0
        self.examiner = Examiner(self.sandbox, trusted=True)
        atexit.register(self.sandbox.close)

    def run(self, exercise: Exercise, trial: Trial) -> Outcome:
        self.runs += 1
        if self.runs == MANY:
            self.sandbox.warm_up()
        spent: list[float] = []
        risk.set(spent)
        before = os.times()
        damage = ObservationMutation(trial.damage) if trial.damage else None
        finder = OpaqueFinder() if trial.kind == "solution" else None
        opaque: dict[str, str] = {}
        unchanged = set()
        asked: dict[str, frozenset[str]] = {}
        suite = self.examiner.open(exercise)

        chance: dict[str, float] = {}
        times: dict[str, float] = {}

        def watch(name: str, verdict: Any) -> None:
            if verdict is not None:
                chance[name] = sum(spent) - sum(chance.values())
                times[name] = verdict.seconds
            if verdict is not None:
                asked[name] = frozenset(q.digest() for q in suite.asked if not q.refusal)
            if finder is not None and finder.why:
                opaque[name], finder.why = finder.why, ""
            if damage is not None:
                if verdict is not None and not damage.changed:
                    unchanged.add(name)
                damage.changed = 0

        with suite.mutated(damage or finder):
            submission = Submission.of(trial.source, trial.name, trial.files)
            record = self.examiner.grade(
                exercise, submission, trial.seed, watch=watch, resemblance=False, tests=trial.tests,
                believe_failures=trial.believes_failures, first_failure=trial.kind == "mutant",
            )  # fmt: skip
        after = os.times()
        cpu = self.examiner.cpu + after.user + after.system - before.user - before.system
        if trial.kind == "solution":
            cpu /= pace()
        tests = {v.name: (v.outcome, v.message) for v in record.verdicts}
        gates = frozenset(v.name for v in record.verdicts if v.gate)
        return Outcome(
            trial, tests, record.earned, record.possible, cpu, sum(spent), frozenset(unchanged),
            worth={v.name: v.possible for v in record.verdicts}, gates=gates, asked=asked, chance=chance, times=times,
            opaque=opaque, parts={v.name: v.earned for v in record.verdicts if v.earned and not v.passed},
        )  # fmt: skip


BENCH: list[Bench] = []


def work(folder: str, trials: list[Trial]) -> list[Outcome]:
    """In a pool process: all the trials, one after the other."""
    done = []
    exercise = read_exercise(Path(folder))
    if not BENCH:
        BENCH.append(Bench(exercise))
    with guard.armed(OWN_SECONDS * exercise.suite_seconds):
        for trial in trials:
            try:
                done.append(BENCH[0].run(exercise, trial))
            except CourseError as error:
                done.append(Outcome(trial, problem=error.sentence))
            except GraderError as error:
                done.append(Outcome(trial, problem=f"{first_place(exercise)}: the grader failed: {error.sentence}"))
    return done


def draw(folder: str) -> str:
    """In a pool process: why the picture cannot be drawn of the solution and of the stub; empty if it can."""
    exercise = read_exercise(Path(folder))
    if not BENCH:
        BENCH.append(Bench(exercise))
    try:
        for main, *others in (exercise.solutions, exercise.stubs):
            beside = [(path.name, path.read_bytes()) for path in others]
            submission = Submission.of(main.read_bytes(), main.name, beside)
            picture(BENCH[0].examiner, exercise, submission, seed=0, strict=True)
    except GraderError as error:
        return error.sentence
    return ""
