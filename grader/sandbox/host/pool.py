"""Tier D: processes started ahead of time, each used for one question, where a warm process cannot fork."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from grader.base.errors import SandboxError
from grader.base.temporary import TemporaryFolder
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.client import GUEST, START_SECONDS, environment, guest_path
from grader.sandbox.host.clock import Clock
from grader.sandbox.host.exchange import LATE, Reply, framed, interpret
from grader.sandbox.host.handle import ANSWER_CAP, Usage
from grader.sandbox.host.tiers import Launch

AHEAD = 2
LOOK = 0.1  # seconds between two looks at a process that has not ended


class Stream(threading.Thread):
    """Drains one pipe and closes it; the first `keep` or the last `keep` bytes stay."""

    def __init__(self, pipe: Any, keep: int, tail: bool) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.tail = pipe, keep, tail
        self.data = bytearray()
        self.first_line = threading.Event()
        self.start()

    def run(self) -> None:
        while chunk := self.pipe.read1(1 << 18):
            self.data += chunk
            if self.tail and len(self.data) > 2 * self.keep:
                del self.data[: -self.keep]
            if len(self.data) > self.keep and not self.tail:
                break
            if b"\n" in self.data:
                self.first_line.set()
        self.first_line.set()
        self.pipe.close()


class PooledProcess:
    """One waiting process."""

    def __init__(self) -> None:
        self.folder = TemporaryFolder()
        self.root = self.folder.path
        config = {"once": True, "path": guest_path()}
        extra: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(GUEST / "zygote.py"), json.dumps(config)],
            env=environment() | {"MPLCONFIGDIR": str(self.root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.root,
            **extra,
        )
        self.answer = Stream(self.process.stdout, ANSWER_CAP, tail=False)
        self.output = Stream(self.process.stderr, 1 << 16, tail=True)

    def hello(self) -> dict[str, Any]:
        """Waits until torch is loaded; SandboxError if the process dies first."""
        if not self.answer.first_line.wait(START_SECONDS) or b"\n" not in self.answer.data:
            words = self.output.data.decode("utf-8", "replace").strip().splitlines()
            raise SandboxError(f"a process of the sandbox ended: {words[-1] if words else 'no message'}")
        hello: dict[str, Any] = json.loads(bytes(self.answer.data).split(b"\n", 1)[0])
        return hello

    def close(self) -> None:
        """Ends the process and its group; a daemon that left the group may hold the pipes, but not us."""
        if os.name == "posix":
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        self.process.kill()
        self.process.wait()
        for stream in (self.answer, self.output):
            stream.join(1.0)
        if self.process.stdin:
            try:
                self.process.stdin.close()
            except OSError:
                pass
        self.folder.remove()


def signs(data: bytearray) -> bytes:
    """What a process sent behind its first line."""
    return bytes(data).partition(b"\n")[2]


class ProcessPool:
    """The same face as a ZygoteClient: `wait_ready`, `switch`, `run`, `leave`, `close`."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        self.launch = launch
        self.waiting = [PooledProcess() for _ in range(AHEAD)]
        self.hello: dict[str, Any] = {}

    def wait_ready(self) -> dict[str, Any]:
        if not self.hello:
            self.hello = self.waiting[0].hello()
        return self.hello

    def switch(self, wait: bool) -> bool:
        return True

    def run(
        self,
        request: bytes,
        limits: Limits,
        needs: str = "pictures",
        session: str = "",
        imports: Sequence[str] = (),
    ) -> Reply:
        """One use-once process from request to end, whatever the session; its start-up is not on the clock.

        `imports` are not made ahead: they are on the clock of whoever needs them.
        """
        member = self.waiting.pop(0)
        self.waiting.append(PooledProcess())
        try:
            self.hello = member.hello()
            clock = Clock(member.process.pid)
            bounds = {"limits": limits.as_dict(), "scratch": str(member.root)}
            in_time = self.feed(member, json.dumps(bounds).encode() + b"\n" + framed(request), limits.seconds, clock)
            code = member.process.poll()
            spent = clock.spent()
            member.close()
            output = bytes(member.output.data[-(limits.output_kb << 10) :]).decode("utf-8", "replace")
            answer = signs(member.answer.data)
            return interpret(answer, code, limits, "" if in_time else LATE, {"output": output, "seconds": spent})
        finally:
            member.close()

    def leave(self, session: str) -> Usage:
        """Nothing to end: no process here outlives its question, and its system counts no usage."""
        return Usage()

    def feed(self, member: PooledProcess, data: bytes, seconds: float, clock: Clock) -> bool:
        """Hands in the request and waits; False if the process is still running when the time is up."""

        def write() -> None:
            assert member.process.stdin
            try:
                member.process.stdin.write(data)
                member.process.stdin.close()
            except OSError:
                pass

        threading.Thread(target=write, daemon=True).start()
        imported = False
        while True:
            try:
                member.process.wait(min(clock.patience(seconds), LOOK))
                return True
            except subprocess.TimeoutExpired:
                if not imported and signs(member.answer.data)[2:3] == b"i":
                    imported = True
                    clock.restart()
                if clock.over(seconds):
                    return False

    def close(self) -> None:
        for member in self.waiting:
            member.close()
