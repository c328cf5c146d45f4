"""One examinee from its fork to its end; it may answer several questions about one submission."""

import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

assert sys.platform == "linux"

from grader.base.errors import SandboxError
from grader.base.temporary import remove_tree
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.clock import pid_of
from grader.sandbox.host.exchange import GRACE, Exchange, Pipes, finish, kill
from grader.sandbox.host.memory import held
from grader.sandbox.host.reply import ANSWER_CAP, NoProcess, Reply, Usage, serves

FORK_SECONDS = 30.0
IMPORT_SECONDS = 300.0  # a large package from a cold disk
HELD = 256 << 20  # bytes beyond those it was forked with, while it waits: several wait at the same time


class ExamineeHandle:
    """The examiner's hold on one examinee: three pipes, a pidfd and a scratch folder."""

    def __init__(
        self,
        control: socket.socket,
        number: int,
        scratch: Path,
        limits: Limits,
        needs: str,
        imports: Sequence[str],
        await_message: Callable[[int, str, float], dict[str, Any]],
    ) -> None:
        """Has it forked; OSError if there is no zygote any more.

        `await_message(number, key, seconds)` is the next message of the zygote about it, or a TimeoutError.
        """
        self.number, self.scratch, self.limits, self.needs, self.await_message = (
            number,
            scratch,
            limits,
            needs,
            await_message,
        )
        self.answered = 0
        self.usage: Usage | None = None
        self.pidfd = -1
        self.inherited = 0
        self.pipes = Pipes()
        self.fork_seconds = IMPORT_SECONDS if imports else FORK_SECONDS
        message = {"id": number, "limits": limits.as_dict(), "scratch": str(scratch), "needs": needs}
        message["imports"] = list(imports)
        try:
            socket.send_fds(control, [json.dumps(message).encode()], self.pipes.far_ends())
        except OSError:
            self.pipes.close()
            raise
        finally:
            self.pipes.close_far_ends()

    def serves(self, limits: Limits, needs: str) -> bool:
        """Whether a question with these limits and needs may be put to this examinee."""
        return serves(self.limits, self.needs, limits, needs)

    def ask(self, request: bytes, limits: Limits, stays: bool, watched: bool) -> Reply:
        """One question and how it ended; after one that was not answered, or with `stays` False, it is at its end."""
        again = self.answered > 0
        exchange = Exchange(self.pipes, ANSWER_CAP, limits.output_kb << 10, stays, b"+" if again else b"")
        exchange.feed(request)
        if self.pidfd < 0:
            try:
                message = self.await_message(self.number, "pidfd", self.fork_seconds)
            except TimeoutError:
                raise SandboxError("the sandbox's warm process does not answer") from None
            if "failed" in message:
                raise NoProcess(message["failed"], next="try again when fewer programs run")
            self.pidfd = message["pidfd"]
            self.inherited = held(pid_of(self.pidfd))
        reply = finish(exchange, self.pidfd, self.status, limits, self.scratch if watched else None)
        self.answered += 1
        return replace(reply, reused=again)

    def outgrown(self) -> bool:
        """Whether it holds more memory than one that only waits for another question may."""
        return held(pid_of(self.pidfd)) > self.inherited + HELD

    def status(self, timeout: float) -> dict[str, Any] | None:
        """How it ended, None if it has not within `timeout` seconds."""
        try:
            message = self.await_message(self.number, "status", timeout)
        except TimeoutError:
            return None
        self.usage = Usage(message["cpu"], message["peak_kb"])
        return message

    def end(self) -> Usage:
        """Makes sure that it is gone, with its files, and returns what it took, if there is still a zygote to ask."""
        try:
            if self.pidfd >= 0:
                kill(self.pidfd)
                os.close(self.pidfd)
                if self.usage is None:
                    with contextlib.suppress(SandboxError):
                        self.status(GRACE)
        finally:
            self.pipes.close()
            remove_tree(self.scratch)
        return self.usage or Usage()
