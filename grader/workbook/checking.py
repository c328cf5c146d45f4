"""Checks that start when a file is saved: one at a time, the newest wins, and every open page is notified."""

import asyncio
import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, TypedDict, cast

from watchfiles import awatch

from grader.base.errors import GraderError, SubmissionError, UsageError
from grader.course.course import Course, with_suite
from grader.course.device import choose_device
from grader.course.exercise import Exercise
from grader.course.progress import note_result
from grader.course.state import is_untouched
from grader.course.submission import Submission
from grader.engine.record import Record, RecordDocument, from_dict
from grader.engine.verdict import Verdict, VerdictDocument
from grader.quiz.take.schedule import note_missed
from grader.server import client

PATIENCE = 30.0  # seconds for a warm process that still grades what is no longer wanted
MOST_LISTENERS = 64
MOST_DRAWN = 30
DEBOUNCE_MS, STEP_MS = 60, 20  # an editor's several writes of one save are one change


class Event(TypedDict, total=False):
    """What the warm process reports: a test begun or finished, the record, the picture in base64, or an error."""

    event: str
    name: str
    verdict: VerdictDocument | None
    record: RecordDocument
    png: str
    what: str
    where: str
    next: str


@dataclass(frozen=True)
class Report:
    """What is known of the file of one exercise: the check that runs, or the last one.

    `phase`: "unchecked", "untouched" (the unchanged stub), "checking", "done", "trouble" (`problem` says which).
    `number` counts the changes, so that a page knows whether it has missed one.
    """

    phase: str = "unchecked"
    sha256: str = ""
    verdicts: tuple[Verdict, ...] = ()
    record: Record | None = None
    problem: str = ""
    picture: bytes | None = None
    number: int = 0
    stale: tuple[Verdict, ...] = ()  # of the check before, which stay in view until this one's take their place

    @property
    def shown(self) -> tuple[Verdict, ...]:
        """The verdicts in view: this check's, and in the places it has not reached those of the check before."""
        new = {verdict.name: verdict for verdict in self.verdicts}
        old = [new.pop(verdict.name, verdict) for verdict in self.stale]
        return (*old, *new.values())

    @property
    def has_picture(self) -> bool:
        return self.picture is not None


@dataclass
class Checker:
    """Owns the reports of all exercises; everything but the check itself happens on the event loop.

    One check runs; of each exercise at most one waits, the one saved last goes first.
    """

    course: Course
    pictures: bool = True
    reports: dict[str, Report] = field(default_factory=dict)
    listeners: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)
    running: str | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    drawn: dict[str, bytes] = field(default_factory=dict)  # the last pictures by stamp: a page may still ask for one

    def report(self, name: str) -> Report:
        return self.reports.get(name, Report())

    def change(self, name: str, what: str, **changes: Any) -> None:
        """Replaces the state and notifies the pages of `what` has changed."""
        old = self.report(name)
        self.reports[name] = replace(old, number=old.number + 1, **changes)
        self.tell(name, what)

    def tell(self, name: str, what: str) -> None:
        for queue in self.listeners.get(name, ()):
            queue.put_nowait(what)

    def listen(self, name: str) -> asyncio.Queue[str]:
        """A queue of what changes; UsageError when too many pages listen."""
        if sum(map(len, self.listeners.values())) >= MOST_LISTENERS:
            raise UsageError("too many pages are open")
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.listeners.setdefault(name, set()).add(queue)
        return queue

    def leave(self, name: str, queue: asyncio.Queue[str]) -> None:
        self.listeners[name].discard(queue)

    def look(self, name: str, again: bool = False) -> None:
        """Reads the file of an exercise and asks for a check if it is new; `again` asks in any case."""
        exercise = self.course.exercises[name]
        try:
            submission = Submission.read(exercise.stub, exercise)
        except (UsageError, SubmissionError) as error:
            gone = not exercise.stub.exists()
            what = f"{exercise.file} is gone: save it again, or reset the exercise" if gone else str(error)
            if self.report(name).problem != what:
                self.change(name, "all", phase="trouble", problem=what, sha256="", verdicts=(), stale=(), record=None)
            return
        if is_untouched(exercise, submission.source, submission.files):
            if self.report(name).phase != "untouched":
                self.change(
                    name, "all", phase="untouched", problem="", sha256=submission.digest, verdicts=(), stale=(),
                    record=None, picture=None,
                )  # fmt: skip
            return
        if submission.digest == self.report(name).sha256 and not again:
            return
        self.change(name, "status", phase="checking", problem="", sha256=submission.digest)
        self.waiting.pop(name, None)
        self.waiting[name] = None
        if self.running == name:
            self.cancel.set()
        self.wake.set()

    async def follow(self) -> None:
        """Looks at a file whenever it changes, for ever."""
        files = {
            str(exercise.folder.resolve() / stub.name): name
            for name, exercise in self.course.exercises.items()
            for stub in exercise.stubs
        }
        async for changes in awatch(self.course.root / "exercises", debounce=DEBOUNCE_MS, step=STEP_MS):
            for name in {files[path] for _, path in changes if path in files}:
                self.look(name)

    async def work(self) -> None:
        """Runs the checks that are asked for, for ever."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            while self.waiting:
                name, _ = self.waiting.popitem()
                self.running, self.cancel = name, threading.Event()
                try:
                    await self.check(name, self.cancel)
                finally:
                    self.running = None

    async def check(self, name: str, cancel: threading.Event) -> None:
        """One check, verdict by verdict, then the picture."""
        exercise = self.course.exercises[name]
        try:
            submission = Submission.read(exercise.stub, exercise)
        except GraderError:
            return self.look(name)
        old = self.report(name)
        self.change(name, "status", sha256=submission.digest, verdicts=(), stale=old.shown, record=None)
        loop = asyncio.get_running_loop()

        def emit(event: Event) -> None:
            loop.call_soon_threadsafe(self.receive, name, submission, event)

        try:
            await asyncio.to_thread(self.run, exercise, submission, emit, cancel)
        except (client.Busy, OSError, ValueError):
            self.change(
                name, "all", phase="trouble", problem="the warm process is busy or cannot be started", sha256=""
            )
        except GraderError as error:
            self.change(name, "all", phase="trouble", problem=str(error), sha256="")

    def run(
        self, exercise: Exercise, submission: Submission, emit: Callable[[Event], None], cancel: threading.Event
    ) -> None:
        """In a thread: hands the events of a check on until it ends or something newer is wanted."""
        full = with_suite(exercise)
        device = choose_device("auto", exercise)
        seed = None
        ask = partial(
            client.events, full.folder, submission.source, submission.path, device=device, tier=None,
            files=submission.files, packages=exercise.packages, patience=PATIENCE,
        )  # fmt: skip
        for event in until(cancel, ask(seed=None)):
            emit(event)
            if event["event"] == "record":
                seed = event["record"]["seed"]
        if seed is not None and self.pictures and (full.folder / "picture.py").exists():
            for event in until(cancel, ask(seed=seed, want="picture")):
                emit(event)

    def receive(self, name: str, submission: Submission, event: Event) -> None:
        """Takes in one event of the running check, unless the file has changed meanwhile."""
        report = self.report(name)
        if report.sha256 != submission.digest:
            return
        if event["event"] == "test" and event["verdict"]:
            verdict = Verdict.from_dict(event["verdict"])
            self.change(name, f"verdict {verdict.name}", verdicts=(*report.verdicts, verdict))
        elif event["event"] == "record":
            record = from_dict(event["record"])
            if record.outcome != "ungraded":
                note_result(self.course.root, name, record.earned, record.possible, record.sha256)
                if record.resembles:
                    key = self.course.exercises[name].key
                    note_missed(self.course.root, [f"{key}/{record.resembles}"], date.today())
            has = (with_suite(self.course.exercises[name]).folder / "picture.py").exists()
            picture = report.picture if has else None
            self.change(name, "all", phase="done", record=record, verdicts=record.verdicts, stale=(), picture=picture)
        elif event["event"] == "picture":
            image = base64.b64decode(event["png"]) if event["png"] else None
            if image is not None:
                self.drawn[stamp(image)] = image
                while len(self.drawn) > MOST_DRAWN:
                    del self.drawn[next(iter(self.drawn))]
            self.change(name, "picture", picture=image)
        elif event["event"] == "error":
            what = "\n".join(filter(None, (event["where"], event["what"], event["next"])))
            self.change(name, "all", phase="trouble", problem=what, stale=())


def until(cancel: threading.Event, events: Iterator[dict[str, Any]]) -> Iterator[Event]:
    """The events up to a cancellation; ending early closes the connection, and the warm process notices."""
    try:
        for event in events:
            if cancel.is_set():
                return
            yield cast(Event, event)
    finally:
        events.close()  # type: ignore[attr-defined]


def stamp(data: bytes) -> str:
    """A short name for the content of a picture."""
    return hashlib.sha256(data).hexdigest()[:12]
