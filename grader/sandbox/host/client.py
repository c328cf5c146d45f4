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
from typing import Any

assert sys.platform == "linux"

from grader.base.errors import SandboxError
from grader.base.temporary import TemporaryFolder
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.exchange import GRACE
from grader.sandbox.host.handle import ExamineeHandle
from grader.sandbox.host.sessions import Sessions
from grader.sandbox.host.surroundings import GUEST, START_SECONDS, device_nodes, environment, program
from grader.sandbox.host.tiers import Launch


class ZygoteClient(Sessions):
    """One zygote process, its control socket and its folder of scratch folders."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        super().__init__()
        self.launch = launch
        self.number = 0
        self.messages: dict[tuple[int, str], dict[str, Any]] = {}
        self.folder = TemporaryFolder()
        self.root = self.folder.path
        self.scratch = self.root / "scratch"
        self.scratch.mkdir(mode=0o711)
        warm, guest_warm = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        first, guest_first = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if early else (None, None)
        fds = [s.fileno() for s in (guest_warm, guest_first) if s is not None]
        config = {
            "tier": launch.tier,
            "devices": device_nodes(device),
            "warm_fd": fds[0],
            "early_fd": fds[1] if early else None,
            "home": str(self.root),
        }
        argv = program("zygote", config)
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

    def open(self, limits: Limits, needs: str, imports: Sequence[str], alone: bool) -> ExamineeHandle:
        self.wait_ready()
        self.number += 1
        scratch = self.scratch / str(self.number)
        scratch.mkdir(mode=0o777)
        scratch.chmod(0o777)
        try:
            return ExamineeHandle(self.control, self.number, scratch, limits, needs, imports, self.await_message)
        except OSError:
            raise SandboxError(f"the sandbox's warm process ended: {self.stderr_tail()}") from None

    def watched(self) -> bool:
        return self.hello.get("scratch") == "folder"

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
