"""The warm parent of all examinees: torch imported and warmed up once, then one fork per question.

It runs as a program of its own (`python -I zygote.py CONFIG`), holds no suite, no solution and no submission, and
speaks with the examiner over a socket: fork requests with three pipe ends come in, a pidfd goes out, then the status.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import socket
import sys
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

FAR = "guest"
IDLE = 0.02  # seconds without work before the zygote tidies its memory a little
LONG_IDLE = 0.5  # seconds without work before it loads what was not asked for yet


def load_siblings() -> None:
    """Makes the sandbox folder importable as a package of its own, so that `grader` need not be on the path."""
    package = types.ModuleType(FAR)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[FAR] = package


class TorchAdapter:
    """What the wire and the examinee need to know of torch, saved before any submitted code can patch it."""

    def __init__(self) -> None:
        import torch
        from guest.state_guard import PatchDetector
        from guest.wire import Bfloat16, Opaque

        self.torch = torch
        self.names = PatchDetector()
        self.opaque, self.narrow = Opaque, Bfloat16
        self.kinds = torch.Tensor
        self.tensor = torch.from_numpy
        self.seed_cpu = torch.default_generator.manual_seed
        self.seed_all = torch.manual_seed

    def seed(self, number: int, device: str) -> None:
        """Seeds torch; asking after every kind of accelerator would cost more than many a scenario."""
        (self.seed_cpu if device == "cpu" else self.seed_all)(number)

    def placed(self, value: Any, device: str) -> Any:
        """Arguments on the device that was asked for, which new tensors then use as well; the CPU needs nothing."""
        if device == "cpu":
            return value
        self.torch.set_default_device(device)
        return self.moved(value, device)

    def moved(self, value: Any, device: str) -> Any:
        if isinstance(value, self.kinds):
            return value.to(device)
        if isinstance(value, (list, tuple)):
            return type(value)(self.moved(v, device) for v in value)
        return {k: self.moved(v, device) for k, v in value.items()} if isinstance(value, dict) else value

    def array(self, value: Any) -> Any:
        """A tensor as a NumPy array; an Opaque for a tensor that has no plain numbers; None for anything else."""
        if not isinstance(value, self.kinds):
            return None
        try:
            with self.torch._C.DisableTorchFunctionSubclass():
                return self.numbers(value.detach())
        except (RuntimeError, TypeError):  # torch's own words for layouts and types that NumPy lacks
            return self.opaque("torch.Tensor", f"{value.dtype} {value.layout} on {value.device}"[:200])

    def numbers(self, value: Any) -> Any:
        if value.is_meta or value.is_quantized:
            raise TypeError
        if value.numel() * value.element_size() > 64 << 20:
            return self.opaque("torch.Tensor", f"too large to send: {tuple(value.shape)}"[:200])
        narrow = value.dtype == self.torch.bfloat16
        if narrow:
            value = value.float()
        array = value.as_subclass(self.kinds).cpu().resolve_conj().resolve_neg().contiguous().numpy()
        return array.view(self.narrow) if narrow else array


class Zygote:
    """Serves fork requests on one socket until it closes."""

    def __init__(self, control: socket.socket, adapter: TorchAdapter, confinement: Any) -> None:
        self.control = control
        self.adapter = adapter
        self.confinement = confinement
        from guest.examinee import become
        from guest.limits import Limits
        from guest.pages import collapse
        from guest.preload import load_pictures

        self.become, self.limits, self.collapse, self.more = become, Limits, collapse, load_pictures
        self.pictures = False
        self.tried: set[str] = set()
        self.children: dict[int, tuple[int, int]] = {}  # pid -> (pidfd, request id)
        self.wait = selectors.DefaultSelector()

    def serve(self, hello: dict[str, Any], at_once: bool) -> None:
        """Answers until the examiner leaves; `at_once` tidies the memory before the first question."""
        self.adapter.names.note()
        gc.collect()
        gc.freeze()
        gc.disable()
        self.wait.register(self.control, selectors.EVENT_READ)
        if at_once:
            deque(self.collapse(), maxlen=0)
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
            self.become(*fds, self.confinement, asked["scratch"], limits, self.adapter)
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


def main() -> None:
    config = json.loads(sys.argv[1])
    load_siblings()
    unlimit_memory()
    sys.path[:] = [p for p in config["path"] if p]
    from guest.confine import Confinement

    if config["once"]:
        serve_once(Confinement.prepare("D", []))
    warm = moved(config["warm_fd"])
    early = None if config["early_fd"] is None else moved(config["early_fd"])
    for fd in (3, 4):  # reserved: in an examinee these are the request and the answer
        os.dup2(os.open(os.devnull, os.O_RDONLY), fd)
    confinement = Confinement.prepare(config["tier"], [], config["devices"])
    adapter = prepared()
    if early is not None:
        # The fork that serves at once has paid only `import torch`; its sibling warms up meanwhile on the other core.
        if os.fork():
            warm.close()
            serve(early, adapter, confinement)
            os.wait()
            os._exit(0)
        early.close()
    from guest.preload import load_optimizer

    load_optimizer()
    serve(warm, adapter, confinement, warm=True, at_once=early is None)
    os._exit(0)


def unlimit_memory() -> None:
    """Lifts the limit that an examiner has on itself; examinees get their own."""
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def serve(
    control: socket.socket, adapter: TorchAdapter, confinement: Any, warm: bool = False, at_once: bool = False
) -> None:
    """Answers until the examiner leaves."""
    threads = len(os.listdir("/proc/self/task"))
    hello = {"ready": True, "torch": adapter.torch.__version__, "threads": threads, "warm": warm}
    Zygote(control, adapter, confinement).serve(hello | confinement.description, at_once)


def serve_once(confinement: Any) -> None:
    """Tier D: no fork after torch; this process itself becomes the examinee, between its stdin and its stdout."""
    answer = os.dup(1)
    os.dup2(2, 1)
    adapter = prepared()
    from guest.examinee import live
    from guest.limits import Limits
    from guest.preload import load_optimizer, load_pictures

    load_optimizer()
    load_pictures()
    hello = {"ready": True, "torch": adapter.torch.__version__, "warm": True, **confinement.description}
    os.write(answer, json.dumps(hello).encode() + b"\n")
    bounds = json.loads(read_line(0))
    live(0, answer, confinement, bounds["scratch"], Limits(**bounds["limits"]), adapter)


def read_line(fd: int) -> bytes:
    """One line, byte by byte, so that the request behind it stays in the pipe."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(fd, 1)
        if not byte:
            os._exit(0)
        line += byte
    return line


def prepared() -> TorchAdapter:
    """torch imported, single-threaded from its first operation on."""
    sys.dont_write_bytecode = True
    import torch

    torch.set_num_threads(1)
    return TorchAdapter()


def moved(fd: int) -> socket.socket:
    """An inherited socket, out of the way of low descriptor numbers."""
    import fcntl

    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(fd)
    return socket.socket(fileno=high)


if __name__ == "__main__":
    main()
