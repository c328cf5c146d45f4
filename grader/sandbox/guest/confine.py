"""From a forked copy of the zygote to a confined examinee: the steps, in their order, all or nothing (guest)."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from . import kernel, landlock, seccomp
from .limits import Limits, apply_rlimits, limit_files, limit_threads
from .readable import default_readable

OUTSIDE = "GRADER_OUTSIDE"  # environment variable of the launch: the namespaces that the zygote must have left
REQUIRED_NAMESPACES = ("ipc", "mnt", "net", "pid", "uts")


class ConfinementError(OSError):
    """A step that the tier promises did not work; nothing may be run in this process."""


class Confinement:
    """What is decided once in the zygote, so that each child only has to carry it out."""

    def __init__(self, tier: str) -> None:
        self.tier = tier
        self.keep_fds: list[int] = []
        self._parent = 0
        self._abi = 0
        self._rules: list[tuple[int, int]] = []
        self._program: seccomp.Program | None = None
        self._namespaces: list[str] = []
        self._own_tmpfs = False
        self._user_ids: range | None = None
        self._no_user = "none is free here"

    @classmethod
    def prepare(cls, tier: str, readable: Sequence[str], devices: Sequence[str] = ()) -> "Confinement":
        """Look once at what this machine can do; call it in the zygote while it has one thread.

        `readable` are the files and folders that may be read besides Python and its libraries (links are followed,
        missing ones skipped), `devices` are GPU device nodes. `keep_fds` must stay open in the child until `enter`,
        which closes them. Raises ConfinementError if `tier` ("A" to "D") cannot be had here.
        """
        self = cls(tier)
        if sys.platform != "linux":
            if tier != "D":
                raise ConfinementError(f"tier {tier} needs Linux")
            return self
        os.register_at_fork(before=self._note_parent)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # closes the zygote's memory to children of the same user
        if tier == "D":
            return self
        readable = list(dict.fromkeys([*default_readable(), *readable]))
        if tier == "A":
            self._namespaces = left_namespaces()
            if shared := [name for name in REQUIRED_NAMESPACES if name not in self._namespaces]:
                raise ConfinementError(f"tier A needs namespaces of its own: {', '.join(shared)}")
            self._own_tmpfs = _works_in_a_child(lambda: kernel.mount_tmpfs("/tmp", 1))
        if tier in "AB":
            self._abi = landlock.abi()
            if not self._abi:
                raise ConfinementError(f"tier {tier} needs Landlock")
            self._open_rules(readable, devices)
        if not seccomp.available():
            raise ConfinementError(f"tier {tier} needs seccomp filters")
        self._program = seccomp.build()
        kernel.empty_bounding_set()
        ids = kernel.unused_user_ids()
        if ids and _works_in_a_child(lambda: _read_as(ids[0], readable)):
            self._user_ids = ids
        elif ids:
            self._no_user = f"{closed_place(readable)}, which Python needs, is closed to others"
        return self

    @property
    def description(self) -> dict[str, Any]:
        """The confinement in plain data, true of every child that `enter` let through."""
        root = sys.platform == "linux" and os.geteuid() == 0
        missing = []
        if self.tier == "A" and not self._own_tmpfs:
            missing.append("a file system of its own for each child's scratch folder")
        if self.tier in "AB" and self._abi < 6:
            missing.append(f"Landlock {self._abi} watches neither signals nor abstract sockets; seccomp refuses them")
        if self.tier in "ABC" and root and not self._user_ids:
            missing.append(f"another user id, submissions keep root's (without capabilities): {self._no_user}")
        return {
            "tier": self.tier,
            "landlock_abi": self._abi,
            "seccomp": self._program is not None,
            "namespaces": self._namespaces,
            "uid": "unused" if self._user_ids else "root without capabilities" if root and self._program else "own",
            "scratch": "own tmpfs" if self._own_tmpfs else "folder",
            "missing": missing,
        }

    def enter(self, scratch: str, limits: Limits) -> None:
        """Become the confined process, in a fresh single-threaded child; its working folder is `scratch` afterwards.

        `scratch` is an empty folder, and every folder above it may be passed through by anybody. Raises
        ConfinementError when a step fails: the caller then leaves by `os._exit`.
        """
        try:
            self._enter(scratch, limits)
        except (OSError, ValueError) as problem:  # setrlimit's refusals are ValueErrors
            raise ConfinementError(f"cannot confine this process: {problem}") from problem

    def _enter(self, scratch: str, limits: Limits) -> None:
        if sys.platform != "linux":
            os.chdir(scratch)
            apply_rlimits(limits)
            return
        uid = _pick(self._user_ids) if self._user_ids else None
        if self._own_tmpfs:
            kernel.mount_tmpfs(scratch, limits.scratch_mb, uid)
        elif uid is not None:
            os.chown(scratch, uid, uid)
        os.chdir(scratch)
        apply_rlimits(limits)
        if self._program:
            if uid is not None:
                kernel.become(uid)
            if uid is not None or "user" in self._namespaces:
                limit_threads()  # by user and user namespace: elsewhere it would count the instructor's own programs
            kernel.drop_capabilities()
        os.stat(scratch)  # by its full name, as the submission will use it
        self._die_with_zygote()
        if self._program:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            if self._abi:
                self._restrict_files(scratch)
                if not self._own_tmpfs:
                    limit_files()
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
            seccomp.load(self._program, os.getpid())

    def _die_with_zygote(self) -> None:
        if sys.platform == "win32":
            return
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # after the change of user, which would clear it
        if self._parent and os.getppid() != self._parent:
            raise OSError("the zygote died first")

    def _note_parent(self) -> None:
        self._parent = os.getpid()

    def _open_rules(self, readable: Sequence[str], devices: Sequence[str]) -> None:
        wanted = [(path, landlock.READ) for path in (*readable, "/dev/random", "/dev/urandom")]
        wanted += [(path, landlock.USE_DEVICE) for path in ("/dev/null", "/dev/zero")]
        wanted += [(path, landlock.USE_GPU) for path in devices]
        self._rules = [rule for path, rights in wanted if (rule := landlock.open_rule(path, rights))]
        self.keep_fds = [descriptor for descriptor, _ in self._rules]

    def _restrict_files(self, scratch: str) -> None:
        own = [landlock.open_rule(scratch, landlock.OWN), landlock.open_rule("/proc/self", landlock.READ)]
        rules = [*self._rules, *(rule for rule in own if rule)]
        landlock.restrict(self._abi, rules)
        for descriptor, _ in rules:
            os.close(descriptor)


def left_namespaces() -> list[str]:
    """The kinds of namespace in which this process is not where its launch was."""
    outside = dict(word.split("=") for word in os.environ.get(OUTSIDE, "").split())
    return sorted(kind for kind, number in outside.items() if number != str(os.stat(f"/proc/self/ns/{kind}").st_ino))


def own_namespaces() -> str:
    """What the launch puts into the environment variable `OUTSIDE`."""
    names = [f"/proc/self/ns/{kind}" for kind in (*REQUIRED_NAMESPACES, "cgroup", "user")]
    return " ".join(f"{os.path.basename(name)}={os.stat(name).st_ino}" for name in names if os.path.exists(name))


def closed_place(paths: Sequence[str]) -> str:
    """What keeps other users from `paths`: the outermost folder that they may not pass, or one that they may not read.

    "something" if the modes do not tell.
    """
    for path in paths:
        whole = os.path.realpath(path).split(os.sep)
        for at in range(2, len(whole)):
            folder = os.sep.join(whole[:at])
            if os.path.isdir(folder) and not os.stat(folder).st_mode & 0o001:
                return folder
        if os.path.exists(path) and not os.stat(path).st_mode & 0o004:
            return path
    return "something"


def _pick(ids: range) -> int:
    return ids[int.from_bytes(os.urandom(4), "big") % len(ids)]


def _read_as(uid: int, readable: Sequence[str]) -> None:
    if sys.platform == "win32":
        return
    kernel.become(uid)
    for path in readable:
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            pass


def _works_in_a_child(act: Callable[[], None]) -> bool:
    if sys.platform == "win32":
        return False
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0
