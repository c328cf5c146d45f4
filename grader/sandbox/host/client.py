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
from pathlib import Path
from typing import Any

assert sys.platform == "linux"

from grader.base.errors import SandboxError
from grader.base.temporary import TemporaryFolder, remove_tree
from grader.sandbox.guest.limits import Limits
from grader.sandbox.host.exchange import GRACE
from grader.sandbox.host.handle import ExamineeHandle
from grader.sandbox.host.sessions import Sessions
from grader.sandbox.host.shared import Share
from grader.sandbox.host.surroundings import GUEST, START_SECONDS, device_nodes, environment, program
from grader.sandbox.host.tiers import Launch


class ZygoteProcess:
    """A zygote as it is started: its process, its log, and the folder of its examinees' scratch folders."""

    def __init__(
        self, launch: Launch, device: str, warm: socket.socket, early: socket.socket | None, copies: bool
    ) -> None:
        """The sockets are the zygote's ends, and closed here."""
        self.folder = TemporaryFolder()
        self.scratch = self.folder.path / "scratch"
        self.scratch.mkdir()
        self.scratch.chmod(0o711)
        ends = [end for end in (warm, early) if end is not None]
        config = {
            "tier": launch.tier,
            "devices": device_nodes(device),
            "warm_fd": warm.fileno(),
            "early_fd": early.fileno() if early else None,
            "copies": copies,
            "home": str(self.folder.path),
        }
        argv = program("zygote", config)
        self.errors = (self.folder.path / "zygote.log").open("wb+")
        self.process = subprocess.Popen(
            launch.command(argv, [str(GUEST)], str(self.scratch), device_nodes(device)),
            env=environment() | {"MPLCONFIGDIR": str(self.scratch), "HOME": str(self.scratch)},
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            pass_fds=[end.fileno() for end in ends],
            cwd="/",
            start_new_session=True,
        )
        for end in ends:
            end.close()

    def stderr_tail(self) -> str:
        """The line of its log that says most about its end."""
        self.errors.flush()
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        errors = [line for line in lines if "Error" in line or "bwrap:" in line]
        return (errors or lines or [f"exit status {self.process.poll()}"])[-1]

    def close(self) -> None:
        """Ends it and all that it forked, and removes every scratch folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # it may be busy importing, and has nothing to save
        self.process.wait()
        self.errors.close()
        self.folder.remove()


class ZygoteClient(Sessions):
    """One zygote, its control socket and the scratch folders of its examinees."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        super().__init__()
        warm, guest_warm = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        first, guest_first = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if early else (None, None)
        self.zygote: ZygoteProcess | None = ZygoteProcess(launch, device, guest_warm, guest_first, copies=False)
        self.take(warm, first, self.zygote.scratch)

    def take(self, warm: socket.socket, first: socket.socket | None, scratch: Path) -> None:
        """Goes on with these sockets and this folder."""
        self.warm, self.first = warm, first
        self.control = first or warm
        self.warming = False
        self.scratch = scratch
        self.number = 0
        self.messages: dict[tuple[int, str], dict[str, Any]] = {}
        self.hello: dict[str, Any] = {}

    def wait_ready(self) -> dict[str, Any]:
        """Blocks until the first of the two zygotes serves; SandboxError if it dies instead."""
        if not self.hello:
            self.hello = self.receive(self.control, START_SECONDS)
        return self.hello

    def warm_up(self) -> None:
        """Lets the sibling of an early zygote warm up; that takes as long as its start, and most checks do without."""
        if self.first is not None and not self.warming:
            self.warming = True
            with contextlib.suppress(OSError):
                self.warm.send(b"w")

    def switch(self, wait: bool) -> bool:
        """Goes over to the warmed-up zygote once it is ready; `wait` blocks until then. True if questions go there."""
        self.wait_ready()
        if self.first is None:
            return True
        if wait:
            self.warm_up()
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
        """What is known of the zygote's end."""
        return self.zygote.stderr_tail() if self.zygote else "it shared the memory of one that is gone"

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
        if self.zygote is not None:
            self.zygote.close()


class SharedZygote:
    """A zygote that serves nobody itself; who holds its `share` may have a copy of it as soon as it is warm.

    Copies end with it, or when their examiner closes its socket. They have nothing in common but memory that each
    copies before it writes, so that what happens in one's examinees reaches no other's.
    """

    def __init__(self, launch: Launch, device: str = "cpu") -> None:
        self.control, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.zygote = ZygoteProcess(launch, device, end, None, copies=True)
        self.share = Share(self.control.fileno(), str(self.zygote.scratch))

    def close(self) -> None:
        """Ends it, with all copies and their examinees."""
        self.control.close()
        self.zygote.close()


class ZygoteCopy(ZygoteClient):
    """The examiner's end of a copy of its own; OSError if the shared zygote is gone."""

    def __init__(self, share: Share) -> None:
        Sessions.__init__(self)
        self.zygote = None
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far, contextlib.ExitStack() as failing:
            failing.callback(near.close)
            with socket.socket(fileno=os.dup(share.descriptor)) as control:
                socket.send_fds(control, [b"copy"], [far.fileno()])
            failing.pop_all()
        folder = Path(share.scratch) / os.urandom(8).hex()
        folder.mkdir()
        folder.chmod(0o711)
        self.take(near, None, folder)

    def close(self) -> None:
        """Lets the copy end, and removes its scratch folders."""
        super().close()
        remove_tree(self.scratch)
