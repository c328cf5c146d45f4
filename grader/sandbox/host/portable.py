"""One portable examinee as the examiner sees it: a process with plain pipes, drained by threads, ended in time."""

import contextlib
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.base.errors import SandboxError
from grader.base.temporary import TemporaryFolder
from grader.sandbox.guest import wire
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host import seatbelt
from grader.sandbox.host.clock import Clock
from grader.sandbox.host.reply import ANSWER_CAP, LATE, NEEDS, Reply, Usage, framed, interpret, serves
from grader.sandbox.host.scratch import size_of
from grader.sandbox.host.surroundings import START_SECONDS, environment, program
from grader.sandbox.host.tiers import Launch

if sys.platform == "win32":
    from grader.sandbox.host.job_object import ProcessGroup
else:
    from grader.sandbox.host.process_group import ProcessGroup

OWN_SECONDS = 60.0
LOOK = 0.05  # seconds between two looks at what a process holds, wrote, and whether it lives
OUTPUT_CAP = 1 << 20
LAST_WORDS = 2.0  # seconds for what was printed before the answer
CLOSING = 1.0  # seconds for the pipes of a process that has ended; whoever left its group may hold them


class Stream(threading.Thread):
    """Drains one pipe and closes it; the first `keep` or the last `keep` bytes stay."""

    def __init__(self, pipe: Any, keep: int, tail: bool, news: threading.Condition) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.tail, self.news = pipe, keep, tail, news
        self.data = bytearray()
        self.ended = False
        self.start()

    def run(self) -> None:
        while chunk := self.pipe.read1(1 << 18):
            with self.news:
                self.data += chunk
                if self.tail and len(self.data) > 2 * self.keep:
                    del self.data[: -self.keep]
                self.news.notify_all()
                if len(self.data) > self.keep and not self.tail:
                    break
        with self.news:
            self.ended = True
            self.news.notify_all()
        self.pipe.close()


class PortableExaminee:
    """Starts ahead of its submission, serves that one alone, and ends with it."""

    def __init__(self, launch: Launch) -> None:
        self.tier = launch.tier
        self.folder = TemporaryFolder()
        self.scratch = self.folder.path / "scratch"
        self.scratch.mkdir()
        pipe = subprocess.PIPE
        own = {"MPLCONFIGDIR": str(self.folder.path)}
        self.mark = secrets.token_hex(16).encode() + b"\n"
        command = program("portable", {"mark": self.mark.decode()})
        if launch.how == "sandbox-exec":
            command = seatbelt.wrapped(command, self.folder.path)
        self.group = ProcessGroup(
            command,
            env=environment() | own,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=self.scratch,
        )
        self.process = self.group.process
        self.news = threading.Condition()
        self.answer = Stream(self.process.stdout, ANSWER_CAP + (1 << 16), False, self.news)
        self.output = Stream(self.process.stderr, OUTPUT_CAP, True, self.news)
        self.hello: dict[str, Any] = {}
        self.loaded = NEEDS[0]
        self.turn = threading.Lock()  # held while it loads something
        self.limits: Limits | None = None
        self.answered = 0

    def wait_ready(self) -> dict[str, Any]:
        """Waits until torch is loaded; SandboxError if the process dies first."""
        with self.turn:
            if not self.hello:
                self.hello = self.line() | {"tier": self.tier}
            return self.hello

    def line(self) -> dict[str, Any]:
        with self.news:
            self.news.wait_for(lambda: b"\n" in self.answer.data or self.answer.ended, START_SECONDS)
            head, found, rest = bytes(self.answer.data).partition(b"\n")
            if not found:
                words = self.output.data.decode("utf-8", "replace").strip().splitlines()
                raise SandboxError(
                    f"a process of the sandbox ended: {words[-1] if words else 'no message'}",
                    next="run `grader doctor` to see what is missing",
                )
            self.answer.data[:] = rest
        message: dict[str, Any] = json.loads(head)
        return message

    def prepare(self) -> None:
        """Has it load, step by step and as long as it waits, what a question may want."""

        def load() -> None:
            with contextlib.suppress(SandboxError):  # whoever assigns it will hear of it
                self.wait_ready()
                for needs in NEEDS[1:]:
                    with self.turn:
                        if self.limits is not None:
                            return
                        self.load(needs)

        threading.Thread(target=load, daemon=True).start()

    def load(self, needs: str) -> None:
        if NEEDS.index(needs) > NEEDS.index(self.loaded):
            self.send(json.dumps({"needs": needs}).encode() + b"\n")
            self.hello |= self.line()
            self.loaded = needs

    def assign(self, limits: Limits, needs: str, imports: Sequence[str]) -> None:
        """Makes it the examinee of one submission: from here on its limits are fixed."""
        self.wait_ready()
        with self.turn:
            # The time for one question is kept from outside; its own limit is for the case that nobody is left outside.
            self.limits = replace(limits, seconds=max(limits.seconds, OWN_SECONDS))
            bounds = {"limits": self.limits.as_dict(), "scratch": str(self.scratch), "needs": needs}
            self.send(json.dumps(bounds | {"imports": list(imports)}).encode() + b"\n")

    def serves(self, limits: Limits, needs: str) -> bool:
        """Whether a question with these limits may be put to this examinee; it loads what is needed by itself."""
        assert self.limits is not None
        return serves(self.limits, NEEDS[-1], limits, needs)

    def outgrown(self) -> bool:
        """Never: one process answers all questions about a submission, and another one would take seconds to start."""
        return False

    def send(self, data: bytes) -> None:
        """In a thread of its own: a process that does not read must not hold us."""

        def write() -> None:
            assert self.process.stdin
            try:
                self.process.stdin.write(data)
                self.process.stdin.flush()
            except (OSError, ValueError):  # it has ended, or we have closed it
                pass

        self.writing = threading.Thread(target=write, daemon=True)
        self.writing.start()

    def ask(self, request: bytes, limits: Limits, stays: bool, watched: bool) -> Reply:
        """One question and how it ended; after one that was not answered it is at its end."""
        again = self.answered > 0
        if again:
            with self.news:
                self.answer.data[:] = b"+"
                self.output.data.clear()
        self.writing.join(START_SECONDS)
        confined = again or self.hold(limits)
        self.send(framed(request))
        reply = self.finish(limits, confined)
        self.answered += 1
        return replace(reply, reused=again)

    def hold(self, limits: Limits) -> bool:
        """Bounds its memory once it says that it is confined, and so before it has a submission; False if it does not.

        SandboxError if the system does not bound it.
        """
        with self.news:
            self.news.wait_for(lambda: self.answer.data or self.answer.ended, START_SECONDS)
            if not self.answer.data:
                return False
        try:
            self.group.hold(limits.memory_mb)
        except OSError as error:
            raise SandboxError(f"the memory of a process cannot be limited ({error.strerror})") from None
        return True

    def finish(self, limits: Limits, confined: bool) -> Reply:
        """Waits for the answer within the limits, which are looked at from outside; past them it is ended."""
        clock, fault, loading, signs = Clock(self.process.pid), "", 0.0, b""
        data = self.answer.data
        while True:
            with self.news:
                if not (self.complete() or self.answer.ended or self.process.poll() is not None):
                    self.news.wait(min(LOOK, clock.patience(limits.seconds)))
                if signs != data[1:3] != b"":  # first compiled, then imported: what was loaded before is free
                    loading = clock.spent() if data[2:3] == b"i" and signs else 0.0
                    signs = bytes(data[1:3])
                    clock.restart()
                if self.complete() or self.answer.ended or self.process.poll() is not None:
                    break
            if self.hopeless():
                self.hang_up()
            if clock.over(limits.seconds if confined else START_SECONDS):
                fault = LATE
            elif self.group.outgrown():
                fault = f"the process was killed, most likely out of memory (limit {limits.memory_mb} MB)"
            elif size_of(self.scratch) > limits.scratch_mb << 20:
                fault = f"the code wrote more than {limits.scratch_mb} MB of files"
            if fault:
                break
        measured: dict[str, Any] = {"seconds": loading + clock.spent(), "loading": loading}
        if self.complete() and not fault:
            self.hear_out()
            return interpret(bytes(data), 0, limits, "", measured | {"output": self.printed(limits)})
        if len(data) > ANSWER_CAP and not fault:
            fault = f"the answer was larger than {ANSWER_CAP >> 20} MB"
        code = self.stop(at_once=bool(fault))
        self.answer.join(CLOSING)
        self.output.join(CLOSING)
        measured |= {"output": self.printed(limits), "peak_kb": self.group.peak >> 10}
        return interpret(bytes(data), code, limits, fault, measured)

    def complete(self) -> bool:
        """Whether one whole answer is there and nothing behind it."""
        _, end = wire.extent(self.answer.data)
        return 0 < end == len(self.answer.data) <= ANSWER_CAP

    def hopeless(self) -> bool:
        """Whether what has come can become no answer any more: then it is let go, and its end tells the rest."""
        _, end = wire.extent(self.answer.data)
        return end < 0 or end > ANSWER_CAP or 0 < end < len(self.answer.data)

    def hang_up(self) -> None:
        """No more requests: a process that waits for one ends."""
        assert self.process.stdin
        if not self.writing.is_alive() and not self.process.stdin.closed:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def hear_out(self) -> None:
        """What was printed before the answer comes through another pipe, with our mark behind it."""
        with self.news:
            self.news.wait_for(lambda: self.mark in self.output.data or self.output.ended, LAST_WORDS)

    def printed(self, limits: Limits) -> str:
        text = bytes(self.output.data).replace(self.mark, b"")
        return text[-(limits.output_kb << 10) :].decode("utf-8", "replace")

    def stop(self, at_once: bool) -> int | None:
        """Its exit status; a process that said its last word has a moment to go by itself."""
        if not at_once:
            try:
                return self.process.wait(CLOSING)
            except subprocess.TimeoutExpired:
                pass
        self.group.end()
        return self.process.poll()

    def end(self) -> Usage:
        """Ends the process with all that it started, and removes its folder."""
        self.group.end()
        for stream in (self.answer, self.output):
            stream.join(CLOSING)
        with contextlib.suppress(OSError):
            if self.process.stdin:
                self.process.stdin.close()
        self.folder.remove()
        return Usage(0.0, self.group.peak >> 10)
