"""One examinee as the examiner sees it: hand in the request, drain what comes back, end it in time."""

import os
import selectors
import signal
import sys
import time
from pathlib import Path
from typing import Any

from grader.sandbox.guest import wire
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.clock import Clock, pid_of
from grader.sandbox.host.reply import LATE, Reply, framed, interpret
from grader.sandbox.host.scratch import size_of

assert sys.platform == "linux"

GRACE = 2.0  # seconds that a dead examinee's pipes and exit status may take to arrive
CHUNK = 1 << 18
LAST_WORDS = 4  # looks at what was printed before the answer; a pipe holds less than one of them takes
CONFINE_SECONDS = 30.0  # for what happens in an examinee before any submitted code does
WATCH = 0.05  # seconds between two looks at a scratch folder


class Pipes:
    """The examiner's three pipe ends of one examinee, never blocking."""

    def __init__(self) -> None:
        self.request_read, self.request = os.pipe2(os.O_CLOEXEC)
        self.answer, self.answer_write = os.pipe2(os.O_CLOEXEC)
        self.output, self.output_write = os.pipe2(os.O_CLOEXEC)
        for fd in (self.request, self.answer, self.output):
            os.set_blocking(fd, False)

    def far_ends(self) -> list[int]:
        return [self.request_read, self.answer_write, self.output_write]

    def close_far_ends(self) -> None:
        for fd in self.far_ends():
            os.close(fd)

    def hang_up(self) -> None:
        """No more requests: an examinee that waits for one ends."""
        os.close(self.request)
        self.request = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        for fd in (self.request, self.answer, self.output):
            os.close(fd)


class Exchange:
    """Feeds one request and drains one examinee; keeps the last `output_cap` bytes of what it printed.

    `stays` leaves the request's pipe open for another one; `known` are signs that the examinee gave earlier.
    """

    def __init__(self, pipes: Pipes, answer_cap: int, output_cap: int, stays: bool = False, known: bytes = b"") -> None:
        self.pipes = pipes
        self.stays = stays
        self.answer = bytearray(known)
        self.printed = bytearray()
        self.answer_cap = answer_cap
        self.output_cap = output_cap
        self.too_much = False
        self.open = {pipes.answer, pipes.output}
        self.wait = selectors.DefaultSelector()
        for fd in self.open:
            self.wait.register(fd, selectors.EVENT_READ)

    def feed(self, request: bytes) -> None:
        self.request = memoryview(framed(request))
        self.wait.register(self.pipes.request, selectors.EVENT_WRITE)

    def turn(self, timeout: float) -> None:
        """Handles what is ready within `timeout` seconds."""
        for key, _ in self.wait.select(max(0.0, timeout)):
            fd = key.fd
            if fd == self.pipes.request:
                self.write()
                continue
            try:
                data = os.read(fd, CHUNK)
            except BlockingIOError:
                continue
            if not data:
                self.wait.unregister(fd)
                self.open.discard(fd)
            elif fd == self.pipes.answer:
                self.answer += data
                self.too_much = self.too_much or len(self.answer) > self.answer_cap
            else:
                self.printed += data
                if len(self.printed) > 2 * self.output_cap:
                    del self.printed[: -self.output_cap]

    def write(self) -> None:
        try:
            self.request = self.request[os.write(self.pipes.request, self.request[:CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.request = memoryview(b"")
        if not self.request:
            self.wait.unregister(self.pipes.request)
            if not self.stays:
                self.pipes.hang_up()

    def complete(self) -> bool:
        """Whether an examinee that stays, and so does not close its answer, has answered.

        One whose answer can become none has nothing to stay for: it is let go, and its end tells the rest.
        """
        if not self.stays:
            return False
        _, end = wire.extent(self.answer)
        if end < 0 or end > self.answer_cap or 0 < end < len(self.answer):
            self.stays = False
            if not self.request:
                self.pipes.hang_up()
        return 0 < end == len(self.answer)

    def text(self) -> str:
        """What the submission printed, at most the cap, its end rather than its beginning."""
        return bytes(self.printed[-self.output_cap :]).decode("utf-8", "replace")


def finish(exchange: Exchange, pidfd: int, ask_status: Any, limits: Limits, watched: Path | None) -> Reply:
    """Drains the examinee until it closes its answer, then says how it ended; SIGKILL when the time is up.

    The limit's seconds are the examinee's own (`Clock`), once for the import and once for the scenario. `watched` is a
    scratch folder whose whole size nothing else bounds (tiers without a file system per examinee).
    """
    clock = Clock(pid_of(pidfd))
    confined, imported, loading = bool(exchange.answer), False, 0.0
    fault = ""
    while exchange.pipes.answer in exchange.open and not fault and not exchange.complete():
        if not confined and exchange.answer:
            confined = True
            clock.restart()
        if not imported and exchange.answer[2:3] == b"i":
            imported, loading = True, clock.spent()
            clock.restart()
        if clock.over(limits.seconds if confined else CONFINE_SECONDS):
            fault = LATE
        elif exchange.too_much:
            fault = f"the answer was larger than {exchange.answer_cap >> 20} MB"
        elif watched is not None and size_of(watched) > limits.scratch_mb << 20:
            fault = f"the code wrote more than {limits.scratch_mb} MB of files"
        else:
            patience = clock.patience(limits.seconds if confined else CONFINE_SECONDS)
            exchange.turn(patience if watched is None else min(patience, WATCH))
    measured: dict[str, Any] = {"seconds": loading + clock.spent(), "loading": loading}
    if exchange.complete() and not fault:
        for _ in range(LAST_WORDS):
            exchange.turn(0)
        return interpret(exchange.answer, 0, limits, "", measured | {"output": exchange.text()})
    if fault:
        kill(pidfd)
    status = ask_status(GRACE)
    if status is None:
        kill(pidfd)
        status = ask_status(GRACE) or {"status": -9, "cpu": 0.0, "peak_kb": 0}
    end = time.monotonic() + 0.2
    while exchange.open and time.monotonic() < end:
        exchange.turn(end - time.monotonic())
    measured |= {"output": exchange.text(), "cpu": status["cpu"], "peak_kb": status["peak_kb"]}
    return interpret(exchange.answer, status["status"], limits, fault, measured)


def kill(pidfd: int) -> None:
    try:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    except ProcessLookupError:
        pass
