"""The warm parent of all examinees: torch imported and warmed up once, then one fork per question.

It runs as a program of its own (`python -I start.py zygote CONFIG`), holds no suite, no solution and no submission, and
speaks with the examiner over a socket: fork requests with three pipe ends come in, a pidfd goes out, then the status.

Where several examiners work beside each other, one zygote warms up for all of them and serves none: it forks a copy of
itself for each, and the copies share its memory.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import socket
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any

from .adapter import TorchAdapter, prepared
from .confine import Confinement

assert sys.platform == "linux"

import fcntl

IDLE = 0.02  # seconds without work before the zygote tidies its memory a little
LONG_IDLE = 0.5  # seconds without work before it loads what was not asked for yet


class Zygote:
    """Serves fork requests on one socket until it closes."""

    def __init__(self, control: socket.socket, adapter: TorchAdapter, confinement: Any) -> None:
        self.control = control
        self.adapter = adapter
        self.confinement = confinement
        from .fork import become
        from .limits import Limits
        from .pages import collapse
        from .preload import load_pictures

        self.become, self.limits, self.collapse, self.more = become, Limits, collapse, load_pictures
        self.pictures = False
        self.tried: set[str] = set()
        self.children: dict[int, tuple[int, int]] = {}  # pid -> (pidfd, request id)
        self.wait = selectors.DefaultSelector()

    def serve(self, hello: dict[str, Any]) -> None:
        """Answers until the examiner leaves."""
        self.wait.register(self.control, selectors.EVENT_READ)
        self.send(hello)
        work = self.idle_work() if hello["warm"] else iter(())
        pause = next(work, None)
        while True:
            ready = self.wait.select(None if self.children else pause)
            if not ready:
                pause = next(work, None)
            for key, _ in ready:
                if key.fileobj is self.control:
                    if not self.request():
                        return
                else:
                    self.reap(key.data)

    def idle_work(self) -> Iterator[float]:
        """One step each time, after the seconds without work that the step before it asked for."""
        yield IDLE
        for _ in self.collapse():
            yield IDLE
        yield LONG_IDLE
        self.load_pictures()
        yield IDLE
        for _ in self.collapse():
            yield IDLE

    def load_pictures(self) -> None:
        if not self.pictures:
            self.pictures = True
            self.more()
            self.adapter.names.note()
            gc.freeze()

    def load(self, names: list[str]) -> None:
        """Imports packages once for all children; what cannot be imported a child will find out by itself."""
        new = [name for name in names if name not in self.tried]
        for name in new:
            self.tried.add(name)
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        if new:
            self.adapter.names.note()
            gc.freeze()

    def send(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        socket.send_fds(self.control, [json.dumps(message).encode()], fds)

    def request(self) -> bool:
        data, fds, _, _ = socket.recv_fds(self.control, 65536, 3)
        if not data:
            return False
        asked = json.loads(data)
        limits = self.limits(**asked["limits"])
        if asked["needs"] == "pictures":
            self.load_pictures()
        self.load(asked["imports"])
        try:
            pid = os.fork()
        except OSError as problem:
            for fd in fds:
                os.close(fd)
            self.send({"id": asked["id"], "failed": f"no new process: {problem.strerror}"})
            return True
        if pid == 0:
            gc.enable()
            self.become(fds[0], fds[1], fds[2], self.confinement, asked["scratch"], limits, self.adapter)
        pidfd = os.pidfd_open(pid)
        for fd in fds:
            os.close(fd)
        self.children[pid] = (pidfd, asked["id"])
        self.wait.register(pidfd, selectors.EVENT_READ, pid)
        self.send({"id": asked["id"], "pid": pid}, (pidfd,))
        return True

    def reap(self, pid: int) -> None:
        pidfd, number = self.children.pop(pid)
        self.wait.unregister(pidfd)
        os.close(pidfd)
        _, status, usage = os.wait4(pid, 0)
        cpu = usage.ru_utime + usage.ru_stime
        self.send({"id": number, "status": os.waitstatus_to_exitcode(status), "cpu": cpu, "peak_kb": usage.ru_maxrss})


def main(config: dict[str, Any]) -> None:
    warm = moved(config["warm_fd"])
    early = None if config["early_fd"] is None else moved(config["early_fd"])
    for fd in (3, 4):  # reserved: in an examinee these are the request and the answer
        os.dup2(os.open(os.devnull, os.O_RDONLY), fd)
    confinement = Confinement.prepare(config["tier"], [], config["devices"])
    adapter = prepared()
    if early is not None:
        # The fork that serves at once has paid only `import torch`; its sibling warms up when it is told.
        if os.fork():
            warm.close()
            settle(adapter, tidy=False)
            serve(early, adapter, confinement)
            os.wait()
            os._exit(0)
        early.close()
        if not warm.recv(1):
            os._exit(0)
    from .preload import load_optimizer

    load_optimizer()
    settle(adapter, tidy=early is None)
    if config["copies"]:
        warm = own_socket(warm)
    serve(warm, adapter, confinement, warm=True)
    os._exit(0)


def settle(adapter: TorchAdapter, tidy: bool) -> None:
    """Leaves the memory as children should find it; `tidy` makes forks cheap before the first question."""
    adapter.names.note()
    gc.collect()
    gc.freeze()
    gc.disable()
    if tidy:
        from .pages import collapse

        deque(collapse(), maxlen=0)


def own_socket(control: socket.socket) -> socket.socket:
    """Forks a copy for each socket that comes in, and returns in the copies alone, with that socket."""
    while True:
        data, fds, _, _ = socket.recv_fds(control, 16, 1)
        if not data:
            os._exit(0)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        try:
            pid = os.fork()
        except OSError:
            pid = -1  # the examiner finds its socket closed
        if pid == 0:
            control.close()
            return moved(fds[0])
        os.close(fds[0])


def serve(control: socket.socket, adapter: TorchAdapter, confinement: Any, warm: bool = False) -> None:
    """Answers until the examiner leaves."""
    threads = len(os.listdir("/proc/self/task"))
    hello = {"ready": True, "torch": adapter.torch.__version__, "threads": threads, "warm": warm}
    Zygote(control, adapter, confinement).serve(hello | confinement.description)


def moved(fd: int) -> socket.socket:
    """An inherited socket, out of the way of low descriptor numbers."""
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(fd)
    return socket.socket(fileno=high)
