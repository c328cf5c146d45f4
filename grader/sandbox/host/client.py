"""The examiner's end of one zygote: start it, ask it for examinees, learn how they ended."""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.base.errors import SandboxError
from grader.base.temporary import TemporaryFolder
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.exchange import GRACE, Reply
from grader.sandbox.host.handle import ExamineeHandle, Usage
from grader.sandbox.host.tiers import Launch

GUEST = Path(__file__).parent.with_name("guest")
SESSIONS = 3  # examinees that wait for another question at the same time
START_SECONDS = 300.0  # a cold disk and a busy machine; a death is noticed at once


def environment() -> dict[str, str]:
    """The zygote's whole environment: one thread, no secrets of the user's."""
    keep = {k: os.environ[k] for k in ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES") if k in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    one["MALLOC_ARENA_MAX"] = "1"  # else glibc reserves 64 MB per thread, which the memory limit would count
    return keep | one | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MPLBACKEND": "Agg"}


def guest_path() -> list[str]:
    """The examiner's import path without the project itself, which no examinee may read."""
    package = GUEST.parents[2].resolve()
    return [p for p in sys.path if p and Path(p).resolve() != package and Path(p).is_absolute()]


def device_nodes(device: str) -> list[str]:
    """The device files that an examinee needs for `device`."""
    return sorted(str(node) for node in Path("/dev").glob("nvidia*")) if device == "cuda" else []


class ZygoteClient:
    """One zygote process, its control socket and its folder of scratch folders."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        self.launch = launch
        self.number = 0
        self.messages: dict[tuple[int, str], dict[str, Any]] = {}
        self.handles: dict[str, ExamineeHandle] = {}
        self.spent: dict[str, Usage] = {}
        self.isolated_sessions: set[str] = set()
        self.folder = TemporaryFolder()
        self.root = self.folder.path
        self.scratch = self.root / "scratch"
        self.scratch.mkdir(mode=0o711)
        warm, guest_warm = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        first, guest_first = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if early else (None, None)
        fds = [s.fileno() for s in (guest_warm, guest_first) if s is not None]
        config = {
            "tier": launch.tier,
            "path": guest_path(),
            "devices": device_nodes(device),
            "once": False,
            "warm_fd": fds[0],
            "early_fd": fds[1] if early else None,
            "home": str(self.root),
        }
        argv = [sys.executable, "-I", str(GUEST / "zygote.py"), json.dumps(config)]
        self.errors = (self.root / "zygote.log").open("wb+")
        self.process = subprocess.Popen(
            launch.command(argv, [str(GUEST)], str(self.scratch), device_nodes(device)),
            env=environment() | {"MPLCONFIGDIR": str(self.scratch), "HOME": str(self.scratch)},
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            pass_fds=fds,
            cwd="/",
            start_new_session=True,
        )
        guest_warm.close()
        if guest_first is not None:
            guest_first.close()
        self.warm, self.first = warm, first
        self.control = first or warm
        self.hello: dict[str, Any] = {}

    def wait_ready(self) -> dict[str, Any]:
        """Blocks until the first of the two zygotes serves; SandboxError if it dies instead."""
        if not self.hello:
            self.hello = self.receive(self.control, START_SECONDS)
        return self.hello

    def switch(self, wait: bool) -> bool:
        """Goes over to the warmed-up zygote once it is ready; `wait` blocks until then. True if questions go there."""
        self.wait_ready()
        if self.first is None:
            return True
        with selectors.DefaultSelector() as ready:
            ready.register(self.warm, selectors.EVENT_READ)
            if not ready.select(None if wait else 0):
                return False
        self.hello = self.receive(self.warm, START_SECONDS)
        for session in list(self.handles):
            self.reap(session, self.handles.pop(session))
        self.first.close()
        self.first = None
        self.control = self.warm
        return True

    def receive(self, control: socket.socket, timeout: float) -> dict[str, Any]:
        control.settimeout(timeout)
        try:
            data, fds, _, _ = socket.recv_fds(control, 65536, 1)
        except TimeoutError:
            data, fds = b"", []
        except OSError:
            data, fds = b"", []
        if not data:
            raise SandboxError(
                f"the sandbox's warm process ended: {self.stderr_tail()}",
                next="run `grader doctor` to see what is missing",
            )
        message: dict[str, Any] = json.loads(data)
        if fds:
            message["pidfd"] = fds[0]
        return message

    def stderr_tail(self) -> str:
        self.errors.flush()
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        errors = [line for line in lines if "Error" in line or "bwrap:" in line]
        return (errors or lines or [f"exit status {self.process.poll()}"])[-1]

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
        self.wait_ready()
        stays = bool(session) and session not in self.isolated_sessions
        handle = self.handles.pop(session, None)
        if handle is not None:
            reply = self.ask(handle, request, limits, True) if stays and handle.serves(limits, needs) else None
            if reply is not None and reply.ended == "answered":
                self.handles[session] = handle
                return reply
            if reply is not None and reply.ended == "timeout":
                self.isolated_sessions.add(session)
            self.reap(session, handle)
        if len(self.handles) == SESSIONS:
            oldest = next(iter(self.handles))
            self.reap(oldest, self.handles.pop(oldest))
        self.number += 1
        scratch = self.scratch / str(self.number)
        scratch.mkdir(mode=0o777)
        scratch.chmod(0o777)
        try:
            handle = ExamineeHandle(self.control, self.number, scratch, limits, needs, imports, self.await_message)
        except OSError:
            raise SandboxError(f"the sandbox's warm process ended: {self.stderr_tail()}") from None
        reply = self.ask(handle, request, limits, stays)
        if stays and reply.ended == "answered":
            self.handles[session] = handle
            return reply
        self.reap(session, handle)
        return replace(reply, cpu=0.0, peak_kb=0) if session else reply

    def ask(self, handle: ExamineeHandle, request: bytes, limits: Limits, stays: bool) -> Reply:
        try:
            return handle.ask(request, limits, stays, watched=self.hello.get("scratch") == "folder")
        except BaseException:
            handle.end()
            raise

    def reap(self, session: str, handle: ExamineeHandle) -> None:
        usage = handle.end()
        if session:
            self.spent[session] = self.spent.get(session, Usage()) + usage

    def leave(self, session: str) -> Usage:
        """Ends the examinee that a session may still have, and returns what all of its examinees took."""
        if session in self.handles:
            self.reap(session, self.handles.pop(session))
        self.isolated_sessions.discard(session)
        return self.spent.pop(session, Usage())

    def await_message(self, number: int, key: str, timeout: float) -> dict[str, Any]:
        """The zygote's next word about one examinee; words about others are kept for them."""
        end = time.monotonic() + timeout
        while (number, key) not in self.messages:
            with selectors.DefaultSelector() as ready:
                ready.register(self.control, selectors.EVENT_READ)
                if not ready.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError
            message = self.receive(self.control, GRACE)
            key_of = "status" if "status" in message else "pidfd"
            self.messages[message["id"], key_of] = message
        return self.messages.pop((number, key))

    def close(self) -> None:
        """Ends the zygote and removes every scratch folder."""
        for handle in self.handles.values():
            handle.pipes.close()
            os.close(handle.pidfd)
        for control in (self.warm, self.first):
            if control is not None:
                control.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # it may be busy importing, and has nothing to save
        self.process.wait()
        self.errors.close()
        self.folder.remove()
