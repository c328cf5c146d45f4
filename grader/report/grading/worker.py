"""One grading process: owns one warm zygote and grades units one after the other, by messages on its standard streams.

A message is 4 bytes of length, that much JSON, 4 bytes of length, that many raw bytes. What comes in is a job and the
submission's bytes; what goes out is a result of plain data. `grade` is also what a cluster's workers call.
"""

import json
import math
import os
import re
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from grader.base.errors import CourseError, GraderError, SandboxError
from grader.base.isolation import limit_memory
from grader.course.course import Course
from grader.course.device import choose_device, reach
from grader.course.exercise import Exercise
from grader.report.gradebook.records import Answer, Failure, Measured, Record, TestRecord, ungraded
from grader.report.gradebook.units import Units
from grader.report.grading.allowance import NOTE, short_limits
from grader.sandbox.guest import kernel
from grader.sandbox.tier import TIERS

if TYPE_CHECKING:
    from grader.engine.record import Record as Graded
    from grader.engine.record import RecordDocument

EXAMINER_MB = 2048  # what judging one class may take here; the warm process and its examinees have limits of their own
REFERENCE_TIME = re.compile(r" \(the reference solution needs [^()]*\)")


Bundle = list[tuple[str, bytes]]
"""A submission's own bytes, without a name, and the files that travel with it."""


class JobMessage(TypedDict):
    """One job as a worker reads it: `bundle` has names and lengths, `short` asks for short limits."""

    unit: str
    digest: str
    seed: int
    name: str
    bundle: list[tuple[str, int]]
    short: NotRequired[bool]


class Worker:
    """Grades for one course on one device; the zygote is started by the first exercise that needs it.

    `share` describes the one that several workers share.
    """

    def __init__(self, root: str, device: str, accept_weak: bool, share: Sequence[str] = ()) -> None:
        self.units = Units(Course.load(Path(root)))
        self.device = device
        self.accept_weak = accept_weak
        self.share = share
        self.random: dict[str, bool] = {}

    @cached_property
    def examiner(self) -> Any:
        from grader.engine.examiner import Examiner
        from grader.sandbox import Sandbox, Share

        sandbox = Sandbox(
            reach(self.device, self.units.exercises.values()), share=Share.read(self.share) if self.share else None
        )
        if TIERS[sandbox.tier].weak and not self.accept_weak:
            tier = sandbox.tier
            sandbox.close()
            raise SandboxError(
                f"this machine reaches tier {tier} only: a submission could reach more than its own folder",
                next="`grader doctor` names the command that improves it; --accept-weak grades nevertheless",
            )
        limit_memory(EXAMINER_MB)
        return Examiner(sandbox)

    def grade(self, job: JobMessage, source: bytes) -> Answer:
        """The result of one unit.

        A broken suite gives an ungraded record; SandboxError ends everything.
        """
        unit = job["unit"]
        if self.units.unit(unit).digest != job["digest"]:
            raise CourseError(
                "this worker's course is not the one the report was started with", unit, "update the course there"
            )
        try:
            if unit in self.units.quizzes:
                from grader.report.grading.answers import scored

                return {"record": scored(self.units.quizzes[unit], source, job["name"]), "measured": {}}
            return self.examined(self.units.exercises[unit], source, job)
        except CourseError as error:
            return {"record": ungraded(str(error)), "measured": {}}

    def examined(self, exercise: Exercise, source: bytes, job: JobMessage) -> Answer:
        from grader.course.submission import Submission
        from grader.engine.comparison import compared
        from grader.report.grading.fault import resolve_fault

        (_, source), *files = unbundled(job, source)
        submission, device = Submission.of(source, exercise.file, files), choose_device(self.device, exercise)
        if job.get("short"):
            exercise = replace(exercise, limits=short_limits(exercise))
        numbers: dict[str, float | None] = {"max_error": None}
        try:
            comparison = (
                compared(self.examiner, exercise, submission, job["seed"], known=self.random)
                if device == "cpu" and not job.get("short")
                else None
            )
        except GraderError:
            raise
        except Exception:  # noqa: BLE001  odd answers may break the comparison, and must not cost the grade with it
            comparison = None
        if comparison is None:
            record = self.examiner.grade(exercise, submission, job["seed"], device)
        else:
            record, numbers = comparison.record, comparison.numbers()
            numbers["own_seconds"] = round(comparison.seconds, 4)
        if record.outcome == "ungraded":

            def grade(code: bytes) -> "Graded":
                beside = files if code == source else exercise.solution_files
                again = Submission.of(code, exercise.file, beside)
                graded: Graded = self.examiner.grade(exercise, again, job["seed"], device)
                return graded

            record = resolve_fault(record, source, exercise.solution.read_bytes(), grade)
        if job.get("short") and any(v.outcome == "timeout" for v in record.verdicts):
            record = replace(record, flag=record.flag or NOTE)
        answer = split(record.as_dict())
        answer["spent"] = max(0.0, self.examiner.spent - exercise.suite_seconds)
        largest = numbers.pop("max_error")
        answer["record"]["random"] = comparison is not None and comparison.random
        answer["record"]["chance"] = comparison.chance if comparison else ""
        answer["record"]["max_error"] = largest if largest is None or math.isfinite(largest) else None
        answer["measured"] |= cast(Measured, numbers)
        return answer

    def close(self) -> None:
        """Ends the zygote, if there is one."""
        if "examiner" in self.__dict__:
            self.examiner.close()
            self.examiner.sandbox.close()


def answered(worker: Worker, message: bytes, source: bytes) -> Answer | Failure:
    """The result of one message, or the error that ends the whole report, as plain data."""
    try:
        return worker.grade(json.loads(message), source)
    except GraderError as error:
        return {"error": {**error.as_dict(), "exit_code": error.exit_code}}
    except Exception as error:  # noqa: BLE001  a fault of ours costs this one unit its grade, not the class's report
        traceback.print_exc()
        reason = f"the grader failed: {type(error).__name__}: {error}"
        return resolve_error(worker, json.loads(message), source, reason)


def resolve_error(worker: Worker, job: JobMessage, source: bytes, reason: str) -> Answer:
    """The result of a file at which the grader failed: its own fault if that happens again, and not at the solution."""
    from grader.report.grading.fault import zero_points

    exercise = worker.units.exercises.get(job["unit"])
    nothing: Answer = {"record": ungraded(reason), "measured": {}}
    try:
        code = exercise.solution.read_bytes() if exercise else b""
        solution = worker.grade({**job, "bundle": [("", len(code))]}, code)["record"] if exercise else None
    except Exception:  # noqa: BLE001  it is not this submission at which it fails
        return nothing
    if solution is None or solution["outcome"] != "passed":
        return nothing
    try:
        return worker.grade(job, source)
    except Exception:  # noqa: BLE001  as before
        return {"record": zero_points(solution, reason), "measured": {}}


def unbundled(job: JobMessage, raw: bytes) -> Bundle:
    """The submission's own bytes, without a name, and what travels with it."""
    found, at = [], 0
    for name, length in job["bundle"]:
        found.append((name, raw[at : at + length]))
        at += length
    return found


def split(document: "RecordDocument") -> Answer:
    """A record without anything measured, which differs from run to run, and what was measured apart."""
    measured: Measured = {"seconds": document["seconds"], "peak_mb": document["peak_mb"], "tests": {}}
    tests = []
    for test in document["tests"]:
        measured["tests"][test["name"]] = test["seconds"]
        kept = {name: value for name, value in test.items() if name != "seconds"}
        tests.append(cast(TestRecord, kept | {"message": REFERENCE_TIME.sub("", test["message"])}))
    record = {name: value for name, value in document.items() if name not in ("seconds", "peak_mb")}
    return {"record": cast(Record, record | {"tests": tests}), "measured": measured}


def send(stream: IO[bytes], message: bytes, raw: bytes = b"") -> None:
    stream.write(len(message).to_bytes(4, "big") + message + len(raw).to_bytes(4, "big") + raw)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """One message; EOFError where the stream ends."""
    parts = []
    for _ in range(2):
        head = stream.read(4)
        data = stream.read(int.from_bytes(head, "big"))
        if len(head) < 4 or len(data) < int.from_bytes(head, "big"):
            raise EOFError
        parts.append(data)
    return parts[0], parts[1]


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    jobs, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not meet the results
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    worker = Worker(sys.argv[1], sys.argv[2], sys.argv[3] == "accept-weak", sys.argv[4:])

    def leave(*_: object) -> None:
        """At once: an exception would be the running test's."""
        worker.close()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    try:
        while True:
            send(results, json.dumps(answered(worker, *receive(jobs))).encode("ascii"))
    except (EOFError, BrokenPipeError):
        pass
    finally:
        worker.close()
        os._exit(0)


if __name__ == "__main__":
    main()
