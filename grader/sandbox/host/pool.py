"""Tier D, where a warm process cannot fork: examinees started ahead of time, one for each submission."""

import threading
from collections.abc import Sequence
from typing import Any

from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.portable import PortableExaminee
from grader.sandbox.host.reply import Usage
from grader.sandbox.host.sessions import Sessions
from grader.sandbox.host.tiers import Launch

AHEAD = 2  # for the submission and for the solution, or for a question that is put again
PAUSE = 0.1  # seconds after a submission before others are started: who asked may be about to leave


class ProcessPool(Sessions):
    """The same face as a ZygoteClient: `wait_ready`, `switch`, `run`, `leave`, `close`."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        super().__init__()
        self.launch = launch
        self.turn = threading.Lock()
        self.closed = False
        self.timer: threading.Timer | None = None
        self.waiting: list[PortableExaminee] = []
        self.hello: dict[str, Any] = {}
        self.warming = not early
        self.fill()

    def warm_up(self) -> None:
        """Has those that wait, and those that will, load what a question may want beside torch."""
        if not self.warming:
            self.warming = True
            self.fill()

    def fill(self, prepare: bool = True) -> None:
        """Starts as many as there should be."""
        with self.turn:
            if not self.closed:
                self.waiting += [PortableExaminee(self.launch) for _ in range(AHEAD - len(self.waiting))]
            if prepare and self.warming:
                for examinee in self.waiting:
                    examinee.prepare()

    def wait_ready(self) -> dict[str, Any]:
        if not self.hello:
            self.hello = self.waiting[0].wait_ready()
        return self.hello

    def switch(self, wait: bool) -> bool:
        return True

    def open(self, limits: Limits, needs: str, imports: Sequence[str], alone: bool) -> PortableExaminee:
        """The one that has waited longest; who asks alone will ask again, so another one starts meanwhile."""
        with self.turn:
            examinee = self.waiting.pop(0) if self.waiting else PortableExaminee(self.launch)
        try:
            if alone:
                self.fill(prepare=False)
            self.hello = examinee.wait_ready()
            examinee.assign(limits, needs, imports)
        except BaseException:
            examinee.end()
            raise
        return examinee

    def leave(self, session: str) -> Usage:
        usage = super().leave(session)
        if self.timer is not None:
            self.timer.cancel()
        self.timer = threading.Timer(PAUSE, self.fill)
        self.timer.daemon = True
        self.timer.start()
        return usage

    def close(self) -> None:
        """Ends all, those that wait for a submission too."""
        with self.turn:
            self.closed = True
        if self.timer is not None:
            self.timer.cancel()
        for examinee in (*self.waiting, *self.handles.values()):
            examinee.end()
        self.waiting.clear()
        self.handles.clear()
