"""Run as a program: grade cheats in one warm sandbox and tell, as a line of JSON each, all that came of them.

    python driver.py '{"tier": "B", "open": false, "user": 1000, "cheats": ["forge_exit_code_zero", ...]}'

`tier` lowers the tier ("" for the best one), `open` takes the confinement away but for the resource limits, and `user`
is an ordinary user whom root becomes first.
"""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).parent
TINY = HERE.parent / "courses" / "tiny"
PROJECT = HERE.parent.parent
SEED = 20
EXAMINER_BYTES = 2 << 30  # far more than grading takes: no answer may make the examiner grow
SECRETS = {
    "solution": "secret of the solution: 9b07d4",
    "suite": "secret of the suite: 52f1c0",
    "scenario": "secret of the scenario: 41ac77",
    "environment": "secret of the environment: 3c88e1",
    "file": "secret of a file: e0a715",
    "neighbor": "secret of a neighbor: 77d2b9",
}
MOUNT_PRIVATE, MOUNT_BIND = 0x44000, 0x5000


class Listener:
    """Sockets of every kind that a leak could reach, and whether one did."""

    def __init__(self, folder: Path) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix, self.abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
        self.path, self.name = str(folder / "socket"), f"grader-ears-{os.getpid()}"
        self.unix.bind(self.path)
        os.chmod(self.path, 0o777)
        self.abstract.bind("\0" + self.name)
        for one in (self.unix, self.abstract):
            one.listen()
        for one in (self.tcp, self.udp, self.unix, self.abstract):
            one.setblocking(False)

    def heard(self) -> list[str]:
        """The kinds of socket that somebody reached since the last call."""
        kinds = set()
        for kind in ("tcp", "udp", "unix", "abstract"):
            one = getattr(self, kind)
            with contextlib.suppress(BlockingIOError):
                while one.recv(100) if kind == "udp" else one.accept()[0].close() is None:
                    kinds.add(kind)
        return sorted(kinds)


class Arena:
    """One warm sandbox, a copy of the tiny course, and secrets all around it."""

    def __init__(self, tier: str, opened: bool, shared: bool) -> None:
        from grader.course.course import Course
        from grader.engine.examiner import Examiner
        from grader.sandbox import Sandbox, shared_zygote

        if tier:
            os.environ["GRADER_TIER"] = tier
        self.base = Path(tempfile.mkdtemp(prefix="arena-"))
        self.base.chmod(0o755)
        shutil.copytree(TINY, self.base / "tiny")
        (self.base / "secret").write_text(SECRETS["file"])
        self.outside = self.base / "outside"
        self.outside.mkdir()
        self.outside.chmod(0o777)
        self.ears = Listener(self.base)
        self.zygote = contextlib.ExitStack()
        share = self.zygote.enter_context(shared_zygote()) if shared else None
        self.sandbox = open_sandbox() if opened else Sandbox(share=share)
        self.home = str(Path(share.scratch if share else self.sandbox.link.scratch).parent)
        self.told = self.sandbox.description
        resource.setrlimit(resource.RLIMIT_AS, (EXAMINER_BYTES, -1))
        self.examiner = Examiner(self.sandbox)
        self.exercise = Course.load(self.base / "tiny").exercise("ex01")
        self.lazy = self.graded("controls/lazy.py")["earned"]

    def run_cheat(self, cheat: str) -> dict:
        """Grades one cheat, looks around, and grades right.py after it."""
        self.plant()
        before = self.processes()
        told = self.graded(f"cheats/{cheat}.py")
        left = sorted(p.name for p in self.outside.iterdir() if p.name != "victim" or p.read_text() != "untouched")
        left += ["attributes"] if self.attributes() != self.planted else []
        return told | {
            "cheat": cheat,
            "ceiling": self.lazy,
            "heard": self.ears.heard(),
            "outside": left,
            "processes": sorted(self.processes() ^ before),
            "scratch": sorted(p.name for p in self.sandbox.link.scratch.iterdir() if p.name.isdigit()),
            "right": self.graded("controls/right.py"),
        }

    def plant(self) -> None:
        """The folder outside as it must stay, and another submission's work beside the coming one's."""
        shutil.rmtree(self.outside)
        self.outside.mkdir()
        self.outside.chmod(0o777)
        (self.outside / "victim").write_text("untouched")
        (self.outside / "victim").chmod(0o666)
        self.planted = self.attributes()
        neighbor = self.sandbox.link.scratch / "neighbor"
        neighbor.mkdir(exist_ok=True)
        (neighbor / "work.py").write_text(SECRETS["neighbor"])

    def attributes(self) -> tuple[int, int, int, list[str]] | None:
        """Mode, time, owner and extended attributes of the file outside; None if it is gone."""
        victim = self.outside / "victim"
        if not victim.exists():
            return None
        about = victim.stat()
        return about.st_mode, about.st_mtime_ns, about.st_uid, os.listxattr(victim)

    def graded(self, file: str) -> dict:
        from grader.course.submission import Submission

        source = (HERE / file).read_text(encoding="utf-8")
        for name, value in self.places().items():
            source = source.replace(f"@{name}@", str(value))
        try:
            record = self.examiner.grade(self.exercise, Submission.of(source.encode(), file), seed=SEED)
        except BaseException:  # noqa: BLE001  whatever comes out of the grader is what the test is about
            return {"escaped": traceback.format_exc()}
        return {"outcome": record.outcome, "earned": record.earned, "possible": record.possible} | {
            "record": record.as_dict(),
            "leaked": [kind for kind, secret in SECRETS.items() if secret in json.dumps(record.as_dict())],
        }

    def places(self) -> dict[str, object]:
        """What an attacker may know of this machine; a cheat's text names it as @solution@ and so on."""
        return {
            "solution": self.exercise.solution,
            "suite": self.exercise.suite / "test_mean_row.py",
            "project": PROJECT,
            "secret": self.base / "secret",
            "outside": self.outside,
            "examiner": os.getpid(),
            "tcp": self.ears.tcp.getsockname()[1],
            "udp": self.ears.udp.getsockname()[1],
            "unix": self.ears.path,
            "abstract": self.ears.name,
        }

    def processes(self) -> set[int]:
        """The sandbox's processes: forks and orphans too carry the name of its folder in their arguments."""
        mark = os.fsencode(self.home)
        found = set()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if mark in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(int(pid))
            except OSError:
                continue
        return found

    def close(self) -> None:
        self.examiner.close()
        self.sandbox.close()
        self.zygote.close()
        shutil.rmtree(self.base)


def open_sandbox():
    """A sandbox whose zygote asks for tier D, which is no confinement, in a process that the product would confine."""
    from grader.sandbox import Sandbox
    from grader.sandbox.host.client import ZygoteClient
    from grader.sandbox.host.tiers import Launch

    class OpenSandbox(Sandbox):
        def __init__(self) -> None:
            self.device, self.launch, self.compiling = "cpu", Launch("D", "plain", forced=True), None
            self.link = self.start()

        def start(self, early: bool = False) -> ZygoteClient:
            return ZygoteClient(self.launch)

    return OpenSandbox()


def become(user: int) -> None:
    """From root to an ordinary user, for whom every folder above Python and this project is open, here alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    needed = [Path(p).resolve() for p in (sys.base_prefix, sys.prefix, PROJECT)]
    closed = {next((a for a in reversed(p.parents) if not a.stat().st_mode & 0o001), None) for p in needed} - {None}
    if closed:
        if libc.unshare(0x20000) or libc.mount(None, b"/", None, MOUNT_PRIVATE, None):
            sys.exit(f"skip: {', '.join(map(str, closed))} is closed to other users and cannot be mounted over here")
        for folder in closed:
            below = {p: os.open(p, os.O_PATH) for p in needed if folder in p.parents}
            libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"mode=0755,size=1m")
            for path, descriptor in below.items():
                path.mkdir(parents=True)
                libc.mount(f"/proc/self/fd/{descriptor}".encode(), bytes(path), None, MOUNT_BIND, None)
                os.close(descriptor)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def main() -> None:
    config = json.loads(sys.argv[1])
    if user := config.pop("user", None):
        become(user)
        os.execv(sys.executable, [sys.executable, __file__, json.dumps(config)])
    sys.path[0] = str(PROJECT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    arena = Arena(config["tier"], config["open"], config["shared"])
    print(json.dumps(arena.told | {"euid": os.geteuid()}), flush=True)
    try:
        for cheat in config["cheats"]:
            print(json.dumps(arena.run_cheat(cheat)), flush=True)
    finally:
        arena.close()


if __name__ == "__main__":
    main()
