"""Grading on a Dask cluster: submissions travel as bytes, results come back as plain data and are released at once.

Needs the extra `cluster`. The workers must have this package and see the course under the same path. Each owns one warm
zygote; a worker that is killed loses nothing, since Dask hands its unit to another.
"""

import atexit
import contextlib
import importlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from grader.base.errors import UsageError
from grader.base.temporary import TemporaryFolder
from grader.report.gradebook.records import Answer, Failure, ungraded
from grader.report.gradebook.units import Units
from grader.report.grading.allowance import Allowance
from grader.report.grading.fault import zero_points
from grader.report.grading.worker import Worker, answered
from grader.report.grading.workers import Job, Setup, checked, solution_bundle

AHEAD = 3  # units handed out per thread of the cluster, so that none waits for the next
_own: dict[Setup, Worker] = {}
_turn = threading.Lock()


def grade_on_cluster(
    setup: Setup, units: Units, jobs: list[Job], source: Callable[[str], bytes], scheduler: str | None, workers: int
) -> Iterator[tuple[Job, Answer]]:
    """Each job with its result, in the order of finishing. UsageError without the extra or without the scheduler."""
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError:
        raise UsageError("Dask is not installed", next="pip install 'gradeloop[cluster]'") from None
    with connected(dask, scheduler, workers) as client:
        waiting = iter(jobs)
        running: dict[Any, Job] = {}
        allowance = Allowance()

        def hand_out() -> Any:
            job = next(waiting, None)
            if job is None:
                return None
            message, data = setup.message(job, units, job.bundle(source), allowance.used_up(job.students))
            future = client.submit(grade_unit, setup, message, data, key=f"grade-{setup.seed}-{job.key}", pure=False)
            running[future.key] = job
            return future

        threads = max(1, sum(client.nthreads().values()))
        finished = dask.as_completed([future for _ in range(AHEAD * threads) if (future := hand_out())])
        for future in finished:
            job = running.pop(future.key)
            try:
                answer = checked(future.result())
            except dask.KilledWorker:
                answer = lost(client, setup, units, job)
            allowance.charge(job.students, answer.get("spent", 0.0))
            future.release()
            more = hand_out()
            if more is not None:
                finished.add(more)
            yield job, answer


@contextlib.contextmanager
def connected(dask: Any, scheduler: str | None, workers: int) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster on this machine whose files are gone when it is.

    UsageError if no scheduler answers.
    """
    with contextlib.ExitStack() as stack:
        place = str(stack.enter_context(TemporaryFolder()))
        stack.enter_context(importlib.import_module("dask.config").set({"temporary-directory": place}))
        try:
            here = None if scheduler else stack.enter_context(
                dask.LocalCluster(
                    n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=None, host="127.0.0.1",
                    env={"TMPDIR": place},
                )
            )  # fmt: skip
            client = stack.enter_context(dask.Client(here or scheduler, timeout=10))
        except (OSError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers ({error})", str(scheduler), "check the address") from None
        yield client


def lost(client: Any, setup: Setup, units: Units, job: Job) -> Answer:
    """The result of a unit at which several workers died: its own fault if the solution is graded all the same."""
    reason = "several workers died while they graded this"
    exercise = units.exercises.get(job.unit)
    if exercise is not None:
        key = f"solution-{setup.seed}-{job.key}"
        message, solution = setup.message(job, units, solution_bundle(exercise))
        try:
            record = client.submit(grade_unit, setup, message, solution, key=key, pure=False).result()["record"]
            if record["outcome"] == "passed":
                return {"record": zero_points(record, reason), "measured": {}}
        except Exception:  # noqa: BLE001  whatever befalls a cluster now, the unit stays ungraded
            pass
    return {"record": ungraded(reason), "measured": {}}


def grade_unit(setup: Setup, message: bytes, source: bytes) -> Answer | Failure:
    """Runs on a cluster's worker: one unit, by the one examiner that this process keeps."""
    with _turn:
        if setup not in _own:
            _own[setup] = Worker(str(setup.root), setup.device, setup.accept_weak)
            atexit.register(_own[setup].close)
        return answered(_own[setup], message, source)
