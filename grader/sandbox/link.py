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
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.child import GRACE, Reply
from grader.sandbox.life import Life, Usage
from grader.sandbox.limits import Limits
from grader.sandbox.temporary import TemporaryFolder
from grader.sandbox.tiers import Launch

HERE = Path(__file__).parent
COMPANIES = 3  # examinees that wait for another question at the same time
START_SECONDS = 300.0  # a cold disk and a busy machine; a death is noticed at once


def environment() -> dict[str, str]:
    """The zygote's whole environment: one thread, no secrets of the user's."""
    keep = {k: os.environ[k] for k in ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES") if k in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    one["MALLOC_ARENA_MAX"] = "1"  # else glibc reserves 64 MB per thread, which the memory limit would count
    return keep | one | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MPLBACKEND": "Agg"}


def far_path() -> list[str]:
    """The examiner's import path without the project itself, which no examinee may read."""
    package = HERE.parent.parent.resolve()
    return [p for p in sys.path if p and Path(p).resolve() != package and Path(p).is_absolute()]


def device_nodes(device: str) -> list[str]:
    """The device files that an examinee needs for `device`."""
    return sorted(str(node) for node in Path("/dev").glob("nvidia*")) if device == "cuda" else []


class Link:
    """One zygote process, its control socket and its folder of scratch folders."""

    def __init__(self, launch: Launch, device: str = "cpu", early: bool = False) -> None:
        self.launch = launch
        self.number = 0
        self.told: dict[tuple[int, str], dict[str, Any]] = {}
        self.lives: dict[str, Life] = {}
        self.spent: dict[str, Usage] = {}
        self.loners: set[str] = set()
        self.folder = TemporaryFolder()
        self.root = self.folder.path
        self.scratch = self.root / "scratch"
        self.scratch.mkdir(mode=0o711)
        warm, far_warm = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        first, far_first = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) if early else (None, None)
        fds = [s.fileno() for s in (far_warm, far_first) if s is not None]
        config = {
            "tier": launch.tier,
            "path": far_path(),
            "devices": device_nodes(device),
            "once": False,
            "warm_fd": fds[0],
            "early_fd": fds[1] if early else None,
            "home": str(self.root),
        }
        argv = [sys.executable, "-I", str(HERE / "zygote.py"), json.dumps(config)]
        self.errors = (self.root / "zygote.log").open("wb+")
        self.process = subprocess.Popen(
            launch.command(argv, [str(HERE)], str(self.scratch), device_nodes(device)),
            env=environment() | {"MPLCONFIGDIR": str(self.scratch), "HOME": str(self.scratch)},
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            pass_fds=fds,
            cwd="/",
            start_new_session=True,
        )
        far_warm.close()
        if far_first is not None:
            far_first.close()
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
        for company in list(self.lives):
            self.bury(company, self.lives.pop(company))
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
                f"the sandbox's warm process ended: {self.last_words()}",
                next="run `grader doctor` to see what is missing",
            )
        message: dict[str, Any] = json.loads(data)
        if fds:
            message["pidfd"] = fds[0]
        return message

    def last_words(self) -> str:
        self.errors.flush()
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        errors = [line for line in lines if "Error" in line or "bwrap:" in line]
        return (errors or lines or [f"exit status {self.process.poll()}"])[-1]

    def run(self, request: bytes, limits: Limits, needs: str = "pictures", company: str = "") -> Reply:
        """One question, to an examinee of its own; questions of one `company` may share an examinee.

        What a shared one cannot answer is put to a new one, so that only an examinee's first question can end badly.
        After a question of a company that ran out of time, each has its own. Of a company `leave` tells the usage.
        """
        self.wait_ready()
        stays = bool(company) and company not in self.loners
        life = self.lives.pop(company, None)
        if life is not None:
            reply = self.ask(life, request, limits, True) if stays and life.serves(limits, needs) else None
            if reply is not None and reply.ended == "answered":
                self.lives[company] = life
                return reply
            if reply is not None and reply.ended == "timeout":
                self.loners.add(company)
            self.bury(company, life)
        if len(self.lives) == COMPANIES:
            oldest = next(iter(self.lives))
            self.bury(oldest, self.lives.pop(oldest))
        self.number += 1
        scratch = self.scratch / str(self.number)
        scratch.mkdir(mode=0o777)
        scratch.chmod(0o777)
        try:
            life = Life(self.control, self.number, scratch, limits, needs, self.await_message)
        except OSError:
            raise SandboxError(f"the sandbox's warm process ended: {self.last_words()}") from None
        reply = self.ask(life, request, limits, stays)
        if stays and reply.ended == "answered":
            self.lives[company] = life
            return reply
        self.bury(company, life)
        return replace(reply, cpu=0.0, peak_kb=0) if company else reply

    def ask(self, life: Life, request: bytes, limits: Limits, stays: bool) -> Reply:
        try:
            return life.ask(request, limits, stays, watched=self.hello.get("scratch") == "folder")
        except BaseException:
            life.end()
            raise

    def bury(self, company: str, life: Life) -> None:
        usage = life.end()
        if company:
            self.spent[company] = self.spent.get(company, Usage()) + usage

    def leave(self, company: str) -> Usage:
        """Ends the examinee that a company may still have, and tells what all of its examinees took."""
        if company in self.lives:
            self.bury(company, self.lives.pop(company))
        self.loners.discard(company)
        return self.spent.pop(company, Usage())

    def await_message(self, number: int, key: str, timeout: float) -> dict[str, Any]:
        """The zygote's next word about one examinee; words about others are kept for them."""
        end = time.monotonic() + timeout
        while (number, key) not in self.told:
            with selectors.DefaultSelector() as ready:
                ready.register(self.control, selectors.EVENT_READ)
                if not ready.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError
            message = self.receive(self.control, GRACE)
            key_of = "status" if "status" in message else "pidfd"
            self.told[message["id"], key_of] = message
        return self.told.pop((number, key))

    def close(self) -> None:
        """Ends the zygote and removes every scratch folder."""
        for life in self.lives.values():
            life.pipes.close()
            os.close(life.pidfd)
        for control in (self.warm, self.first):
            if control is not None:
                control.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # it may be busy importing, and has nothing to save
        self.process.wait()
        self.errors.close()
        self.folder.remove()
