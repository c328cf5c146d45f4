"""Several grading processes on this machine, each fed one unit at a time; results come back as they are finished."""

import contextlib
import json
import selectors
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from grader.base.errors import GraderError, UsageError
from grader.base.isolation import environment, python
from grader.base.temporary import TemporaryFolder
from grader.base.version import installed
from grader.course.device import reach
from grader.course.exercise import Exercise
from grader.engine.guard import stuck_place
from grader.report.gradebook.records import Answer, Failure, ungraded
from grader.report.gradebook.store import dumps
from grader.report.gradebook.units import Units
from grader.report.grading.allowance import Allowance
from grader.report.grading.fault import zero_points
from grader.report.grading.worker import Bundle, JobMessage, receive, send
from grader.sandbox import Share, shared_zygote

END_SECONDS = 5.0
SLACK = 180.0  # seconds on top of a submission's own limit, for the zygote's start and the solution


@dataclass(frozen=True)
class Job:
    """One thing to grade: the source `sha256` of these students as a submission to `unit`, its result kept as `key`.

    `files` travel with it: name and sha256 of each.
    """

    key: str
    unit: str
    sha256: str
    name: str
    students: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def bundle(self, source: Callable[[str], bytes]) -> Bundle:
        """The file itself, without a name, and what travels with it."""
        return [("", source(self.sha256)), *((name, source(sha256)) for name, sha256 in self.files)]


def solution_bundle(exercise: Exercise) -> Bundle:
    """The reference solution as a submission's bundle."""
    return [("", exercise.solution.read_bytes()), *exercise.solution_files]


@dataclass(frozen=True)
class Setup:
    """What every worker is started with."""

    root: Path
    device: str = "cpu"
    seed: int = 0
    accept_weak: bool = False

    def message(self, job: Job, units: Units, bundle: Bundle, short: bool = False) -> tuple[bytes, bytes]:
        """The job as a worker reads it, and all of its bytes; `short` gives it short limits."""
        digest = units.unit(job.unit).digest
        lengths = [(name, len(data)) for name, data in bundle]
        fields: JobMessage = {"unit": job.unit, "digest": digest, "seed": self.seed, "name": job.name, "short": short,
                  "bundle": lengths}  # fmt: skip
        return dumps(fields).encode("ascii"), b"".join(data for _, data in bundle)


class Process:
    """One worker process and the job it has."""

    def __init__(self, setup: Setup, folder: Path, share: Share | None = None) -> None:
        self.noise = tempfile.TemporaryFile()
        weak = "accept-weak" if setup.accept_weak else "strict"
        extra = [(name, "1") for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")]
        extra.append(("TMPDIR", str(folder)))
        words = [str(setup.root), setup.device, weak, *(share.words() if share else [])]
        self.process = subprocess.Popen(
            python("grader.report.grading.worker", *words), cwd="/",
            env=environment(extra), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.noise,
            pass_fds=[share.descriptor] if share else [],
        )  # fmt: skip
        self.job: Job | None = None
        self.deadline = 0.0

    def stderr_tail(self) -> str:
        """The last line the worker wrote to its standard error."""
        lines = self.stderr()[-2000:].strip().splitlines()
        return lines[-1] if lines else "it left no message"

    def stderr(self) -> str:
        """All that the worker wrote to its standard error."""
        self.noise.seek(0)
        return self.noise.read().decode("utf-8", "replace")

    def end(self) -> None:
        """Lets it tidy up, and kills it if that takes too long."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.noise):
            if stream is not None:
                stream.close()


class Workers:
    """`jobs` processes; one that dies is replaced, and its unit tried once more before it is left ungraded.

    They share one zygote, whose torch loads while they start.
    """

    def __init__(self, setup: Setup, units: Units, jobs: int) -> None:
        self.setup = setup
        self.units = units
        self.jobs = jobs
        self.allowance = Allowance()
        self.selector = selectors.DefaultSelector()
        self.processes: list[Process] = []
        self.folder = TemporaryFolder()  # of all that the processes leave when they are killed
        self.zygote = contextlib.ExitStack()
        self.share: Share | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for process in list(self.processes):
            self.drop(process)
        self.zygote.close()
        self.selector.close()
        self.folder.remove()

    def grade(self, jobs: list[Job], source: Callable[[str], bytes]) -> Iterator[tuple[Job, Answer]]:
        """Each job with its result, in the order of finishing. Raises what a worker cannot go on after."""
        waiting = deque(jobs)
        deaths: dict[str, int] = {}
        suspects: dict[Job, str] = {}
        if self.share is None and any(job.unit in self.units.exercises for job in jobs):
            self.share = self.zygote.enter_context(
                shared_zygote(reach(self.setup.device, self.units.exercises.values()))
            )
        for _ in range(min(self.jobs, len(jobs))):
            self.start(waiting, source)
        while self.processes:
            for key, _ in self.selector.select(1.0):
                process: Process = key.data
                job = process.job
                assert job is not None
                answer = self.answer(process)
                if answer is None:
                    deaths[job.key] = deaths.get(job.key, 0) + 1
                    words, stuck = process.stderr_tail(), self.stuck(job, process)
                    self.drop(process)
                    if deaths[job.key] == 1 and not stuck:
                        waiting.appendleft(job)
                    else:
                        suspects[job] = stuck or f"the grading process died twice ({words})"
                    self.start(waiting, source)
                    continue
                self.allowance.charge(job.students, answer.get("spent", 0.0))
                self.feed(process, waiting, source)
                yield job, answer
            for process in [one for one in self.processes if time.monotonic() > one.deadline]:
                process.process.kill()
        for job, reason in suspects.items():
            yield job, self.resolve_death(job, reason, job.bundle(source))

    def stuck(self, job: Job, process: Process) -> str:
        """The sentence about a suite that made a process hang; empty if it died of something else."""
        exercise = self.units.exercises.get(job.unit)
        place = stuck_place(process.stderr(), str(exercise.suite)) if exercise else ""
        return f"{place}: the suite is stuck in this line for good" if place else ""

    def resolve_death(self, job: Job, reason: str, bundle: Bundle) -> Answer:
        """The result of a job at which processes died: its own fault if the solution is graded and it dies again."""
        exercise = self.units.exercises.get(job.unit)
        nothing: Answer = {"record": ungraded(reason), "measured": {}}
        solution = self.alone(job, solution_bundle(exercise)) if exercise else None
        if solution is None or solution["record"]["outcome"] != "passed":
            return nothing
        again = self.alone(job, bundle)
        return again or {"record": zero_points(solution["record"], reason), "measured": {}}

    def alone(self, job: Job, bundle: Bundle) -> Answer | None:
        """One job in a process of its own; None if that dies, too."""
        process = Process(self.setup, self.folder.path)
        exercise = self.units.exercises[job.unit]
        timer = threading.Timer(exercise.limits.total_seconds + SLACK, process.process.kill)
        timer.start()
        try:
            assert process.process.stdin is not None
            send(process.process.stdin, *self.setup.message(job, self.units, bundle))
            return self.answer(process)
        except BrokenPipeError:
            return None
        finally:
            timer.cancel()
            process.end()

    def start(self, waiting: "deque[Job]", source: Callable[[str], bytes]) -> None:
        if waiting:
            process = Process(self.setup, self.folder.path, self.share)
            self.processes.append(process)
            self.selector.register(process.process.stdout or -1, selectors.EVENT_READ, process)
            self.feed(process, waiting, source)

    def feed(self, process: Process, waiting: "deque[Job]", source: Callable[[str], bytes]) -> None:
        """Hands the next job over, or ends the process where none is left."""
        if not waiting:
            self.drop(process)
            return
        job = process.job = waiting.popleft()
        exercise = self.units.exercises.get(job.unit)
        process.deadline = time.monotonic() + (exercise.limits.total_seconds if exercise else 0.0) + SLACK
        try:
            assert process.process.stdin is not None
            short = self.allowance.used_up(job.students)
            send(process.process.stdin, *self.setup.message(job, self.units, job.bundle(source), short))
        except BrokenPipeError:
            pass  # its death is seen when its answer is read

    def answer(self, process: Process) -> Answer | None:
        """The finished job's result; None if the process died instead."""
        try:
            assert process.process.stdout is not None
            return checked(json.loads(receive(process.process.stdout)[0]))
        except EOFError:
            return None

    def drop(self, process: Process) -> None:
        self.selector.unregister(process.process.stdout or -1)
        self.processes.remove(process)
        process.end()


def checked(answer: Answer | Failure) -> Answer:
    """A worker's answer; raises the error it describes, or one about a worker that has another torch."""
    if "error" in answer:
        error = answer["error"]
        kind = UsageError if error["exit_code"] == UsageError.exit_code else GraderError
        raise kind(error["what"], error["where"], error["next"])
    theirs = answer["record"].get("versions", {}).get("torch", "")
    here = installed("torch")
    if theirs and theirs.partition("+")[0] != here.partition("+")[0]:
        raise GraderError(f"a worker has torch {theirs}, this machine {here}", next="install the same version on both")
    return answer
