"""A suite that does not end is stopped and named, with file and line, wherever suites run.

Three clocks watch a suite's own code; what an examinee takes has limits of its own and does not count here. A tick per
second raises `Endless` in code that computes too long or waits too long, and `Gone` where nobody wants the answer any
more. A single call into C code can last for ever without a tick: then `faulthandler` writes where, and ends the
process, and whoever started it reads the place out of what it left (`stuck_place`).
"""

import contextlib
import faulthandler
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from grader.engine.ticks import ticking

OWN_SECONDS = 10.0  # of computing, for one test or for the suite's import, at a budget of one second
WAITING = 3  # times as many seconds may pass on the wall's clock
STUCK = 10.0  # seconds without a tick, beside those that a test may wait
FRAME = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')


class Endless(BaseException):
    """A test, or the import of a suite, took far more time than it may; no `except Exception` of a suite stops it."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(f"still runs after {seconds:g} s of its own")
        self.place = place


class Gone(KeyboardInterrupt):
    """Nobody waits for the answer any more."""


class Guard:
    """The clocks of one process; in a thread other than the main one they stand still."""

    def __init__(self) -> None:
        self.wanted: Callable[[], bool] = lambda: True  # asked at each tick whether somebody still waits
        self.suite = ""  # the folder of the suite whose code runs now
        self.limit = OWN_SECONDS
        self.seconds = self.started = 0.0
        self.asking = False
        self.raised: Endless | None = None  # by the code that ran last, which may have kept it for itself
        self.on = False
        self.lease = 0.0
        self.patience = STUCK

    @contextlib.contextmanager
    def armed(self, limit: float) -> Iterator[None]:
        """Within it the clocks tick, for tests of at most `limit`; it costs a millisecond, so it is for many tests."""
        if self.on or threading.current_thread() is not threading.main_thread():
            yield
            return
        with ticking(self.tick):
            self.on, self.patience = True, WAITING * limit + STUCK
            self.renew()
            try:
                yield
            finally:
                self.on = False
                faulthandler.cancel_dump_traceback_later()

    def renew(self) -> None:
        """Some more seconds until a process without ticks ends."""
        self.lease = time.monotonic() + self.patience / 2
        if sys.__stderr__ is not None:
            faulthandler.dump_traceback_later(self.patience, exit=True, file=sys.__stderr__)

    @contextlib.contextmanager
    def running(self, suite: Path, limit: float) -> Iterator[None]:
        """Around a suite's own code. Endless if it takes more than `limit` CPU seconds by itself."""
        self.suite, self.limit, self.raised = os.path.abspath(suite), limit, None
        self.seconds, self.started = time.process_time(), time.monotonic()
        try:
            yield
        finally:
            self.suite = ""

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Around a question to an examinee: that time is not the suite's."""
        before, at = time.process_time(), time.monotonic()
        self.asking = True
        try:
            yield
        finally:
            self.asking = False
            self.seconds += time.process_time() - before
            self.started += time.monotonic() - at

    def tick(self, number: int, frame: FrameType | None) -> None:
        """Raises in the code that runs now, if that is a suite's and too much."""
        if time.monotonic() > self.lease:
            self.renew()
        if not self.suite or self.asking:
            return
        if not self.wanted():
            raise Gone
        spent, passed = time.process_time() - self.seconds, time.monotonic() - self.started
        if spent > self.limit or passed > WAITING * self.limit:
            self.raised = Endless(place_of(frame, self.suite), round(max(spent, passed)))
            raise self.raised


def place_of(frame: FrameType | None, suite: str) -> str:
    """`file:line` of the innermost frame that lies in the suite, else the suite's folder."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(suite):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return suite


def stuck_place(text: str, suite: str) -> str:
    """Where a process hung that `faulthandler` ended, out of what it left; empty if it ended otherwise."""
    if "Timeout (" not in text:
        return ""
    suite = os.path.abspath(suite)
    inside = [f"{file}:{line}" for file, line, _ in FRAME.findall(text) if file.startswith(suite)]
    return inside[0] if inside else ""


guard = Guard()
