"""Which examinee a question is put to: questions about one submission may share one, retries have their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.reply import Reply, Usage

KEPT = 6  # examinees that wait for another question at the same time


class Handle(Protocol):
    """The examiner's hold on one examinee."""

    def serves(self, limits: Limits, needs: str) -> bool:
        """Whether a question with these limits and needs may be put to this examinee."""

    def ask(self, request: bytes, limits: Limits, stays: bool, watched: bool) -> Reply:
        """One question and how it ended."""

    def outgrown(self) -> bool:
        """Whether it holds more memory than one that only waits for another question may."""

    def end(self) -> Usage:
        """Makes sure that it is gone, with its files, and returns what it took."""


class Sessions:
    """The same rules for every kind of examinee; `open` makes one."""

    def __init__(self) -> None:
        self.handles: dict[str, Any] = {}
        self.spent: dict[str, Usage] = {}
        self.isolated_sessions: set[str] = set()

    def wait_ready(self) -> dict[str, Any]:
        """Blocks until a question can be served, and describes the confinement; SandboxError if none will."""
        raise NotImplementedError

    def warm_up(self) -> None:
        """Starts to load what not every question needs, and to make a new examinee cheap."""

    def switch(self, wait: bool) -> bool:
        """Goes over to what has everything loaded; `wait` blocks until then."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends everything."""
        raise NotImplementedError

    def open(self, limits: Limits, needs: str, imports: Sequence[str], alone: bool) -> Handle:
        """A new examinee; `alone` for one that answers a single question."""
        raise NotImplementedError

    def watched(self) -> bool:
        """Whether nothing but our looking bounds a scratch folder."""
        return True

    def run(
        self,
        request: bytes,
        limits: Limits,
        needs: str = "pictures",
        session: str = "",
        imports: Sequence[str] = (),
    ) -> Reply:
        """One question, to an examinee of its own; questions of one `session` may share an examinee.

        What a shared one cannot answer is put to a new one, so that only an examinee's first question can end badly.
        After a question of a session that ran out of time, each has its own. Of a session `leave` tells the usage.
        """
        stays = bool(session) and session not in self.isolated_sessions
        handle = self.handles.pop(session, None)
        if handle is not None:
            reply = self.ask(handle, request, limits, True) if stays and handle.serves(limits, needs) else None
            if reply is not None and reply.ended == "answered":
                self.keep(session, handle)
                return reply
            if reply is not None and reply.ended == "timeout":
                self.isolated_sessions.add(session)
            self.reap(session, handle)
        if len(self.handles) == KEPT:
            oldest = next(iter(self.handles))
            self.reap(oldest, self.handles.pop(oldest))
        handle = self.open(limits, needs, imports, not stays)
        reply = self.ask(handle, request, limits, stays)
        if stays and reply.ended == "answered":
            self.keep(session, handle)
            return reply
        self.reap(session, handle)
        return replace(reply, cpu=0.0, peak_kb=0) if session else reply

    def keep(self, session: str, handle: Handle) -> None:
        """Lets an examinee wait for another question, unless it would hold too much meanwhile."""
        if handle.outgrown():
            self.reap(session, handle)
        else:
            self.handles[session] = handle

    def ask(self, handle: Handle, request: bytes, limits: Limits, stays: bool) -> Reply:
        try:
            return handle.ask(request, limits, stays, self.watched())
        except BaseException:
            handle.end()
            raise

    def reap(self, session: str, handle: Handle) -> None:
        usage = handle.end()
        if session:
            self.spent[session] = self.spent.get(session, Usage()) + usage

    def leave(self, session: str) -> Usage:
        """Ends the examinee that a session may still have, and returns what all of its examinees took."""
        if session in self.handles:
            self.reap(session, self.handles.pop(session))
        self.isolated_sessions.discard(session)
        return self.spent.pop(session, Usage())
