"""Which tier this machine reaches, found out by trying, and the command line that starts a zygote in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.base.errors import SandboxError
from grader.sandbox.guest import landlock, seccomp
from grader.sandbox.guest.confine import OUTSIDE, own_namespaces
from grader.sandbox.guest.readable import hidden_paths, outermost, roots
from grader.sandbox.host import improvements, seatbelt

GUEST = Path(__file__).parent.with_name("guest")
TRY_SECONDS = 10.0
SYSTEMS = {"darwin": "macOS", "win32": "Windows"}
_NOT_MOUNTED = ("/proc", "/dev")  # the box has its own


@dataclass(frozen=True)
class Launch:
    """How to start a zygote: the tier its children get, what wraps its command line, what would reach a better one."""

    tier: str
    how: str
    argv_prefix: list[str] = field(default_factory=list)
    forced: bool = False
    missing: list[str] = field(default_factory=list)
    improve: str = ""
    untested: str = ""  # what nobody has seen at work on a real machine

    def command(
        self, argv: list[str], readable: Sequence[str] = (), scratch: str = "", devices: Sequence[str] = ()
    ) -> list[str]:
        """`argv` (a program by its full path) inside this launch.

        In a box it sees Python with its libraries, `readable` besides, `scratch` (the one folder it may write to)
        and `devices`; elsewhere it sees everything and the tier's other means hold it.
        """
        if not self.argv_prefix:
            return argv
        return [*self.argv_prefix, *_view([*roots(), *readable, argv[0]], scratch, devices), "--", *argv]


def best_launch(forced: str | None = None) -> Launch:
    """The strongest tier that works here; `forced` (GRADER_TIER: "A" to "D") can lower it, never raise it."""
    if forced and forced not in tuple("ABCD"):
        raise SandboxError(f"GRADER_TIER is {forced!r}", next="set it to B, C or D, or unset it")
    wanted = forced or "A"
    found = _strongest(wanted)
    return replace(found, forced=wanted > "A" and found.tier == wanted)


def bubblewrap() -> Launch | None:
    """Tier A by bubblewrap, or None where it is missing or not allowed to work."""
    program = shutil.which("bwrap") if sys.platform == "linux" else None
    if sys.platform != "linux" or program is None:
        return None
    kinds = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    handle = ["--die-with-parent", "--setenv", OUTSIDE, own_namespaces()]
    # Real root keeps its user namespace: only there can an examinee be given a user id that nobody else has. Others
    # ask for the right to mount inside the box, for one small file system per examinee.
    first = [] if os.geteuid() == 0 else ["--unshare-user", "--cap-add", "CAP_SYS_ADMIN"]
    for more in (first, ["--unshare-user"]):
        launch = Launch("A", "bwrap", [program, *kinds, *more, *handle])
        if _works(launch):
            return launch
    return None


def namespaces() -> Launch | None:
    """Tier A by our own program, or None where this user may not make namespaces."""
    program = [sys.executable, "-I", "-S", str(GUEST / "namespaces.py"), "--setenv", OUTSIDE, own_namespaces()]
    launch = Launch("A", "namespaces", program)
    return launch if _works(launch) else None


def _strongest(wanted: str) -> Launch:
    if sys.platform != "linux":
        fenced = wanted < "D" and seatbelt.works()
        tier, how = ("C", "sandbox-exec") if fenced else ("D", "plain")
        untested = f"confinement on {SYSTEMS.get(sys.platform, sys.platform)}"
        return Launch(tier, how, missing=["Linux"], improve="run it in a Linux container", untested=untested)
    if wanted == "D":
        return Launch("D", "plain")
    if not seccomp.available():
        return Launch("D", "plain", missing=["seccomp filters"], improve=improvements.for_filters())
    if not hasattr(os, "pidfd_open") or not _pidfd_works():
        return Launch("D", "plain", missing=["pidfd_open"], improve=improvements.for_handles())
    if wanted == "C":
        return Launch("C", "plain")
    if not landlock.abi():
        return Launch("C", "plain", missing=["Landlock"], improve=improvements.for_landlock())
    if wanted == "B":
        return Launch("B", "plain")
    sealed = bubblewrap() or namespaces()
    return sealed or Launch("B", "plain", missing=["namespaces of its own"], improve=improvements.for_namespaces())


def _pidfd_works() -> bool:
    """Whether the kernel, or a container's profile, gives a handle on a process."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def _works(launch: Launch) -> bool:
    true = shutil.which("true") or "/bin/true"
    try:
        done = subprocess.run(launch.command([true]), capture_output=True, timeout=TRY_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _view(paths: Sequence[str], scratch: str, devices: Sequence[str]) -> list[str]:
    """The file system of the box, in the words of bubblewrap and of our `namespaces` program."""
    seen = [path for path in paths if not path.startswith(_NOT_MOUNTED) and os.path.exists(path)]
    real = outermost(os.path.realpath(path) for path in seen)
    mounts: list[tuple[str, ...]] = [("--ro-bind", path, path) for path in real]
    for path in hidden_paths():
        if _lies_below(path, real):
            mounts.append(("--tmpfs", path) if os.path.isdir(path) else ("--ro-bind", "/dev/null", path))
    links = dict.fromkeys(link for path in seen for link in _links(path))
    mounts += [("--symlink", os.readlink(link), link) for link in links if not _lies_below(link, real)]
    mounts += [("--bind", os.path.realpath(path), os.path.realpath(path)) for path in [scratch] if path]
    mounts += [("--dev-bind", path, path) for path in devices]
    # Every folder above is made by name, for those that bubblewrap makes by itself are closed to another user id.
    above = {str(folder) for *_, target in mounts for folder in Path(target).parents}
    folders = [("--dir", folder) for folder in sorted(above - {"/", "/dev", "/tmp"}) if not _lies_below(folder, real)]
    base = [("--proc", "/proc"), ("--dev", "/dev"), ("--tmpfs", "/tmp")]
    return [word for option in (*base, *folders, *mounts) for word in option]


def _lies_below(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder + os.sep) for folder in folders)


def _links(path: str) -> list[str]:
    """The symbolic links that must exist for `path` to lead where it leads outside, itself included."""
    links = []
    at = Path("/")
    parts = list(Path(path).parts[1:])
    while parts:
        at /= parts.pop(0)
        if at.is_symlink():
            links.append(str(at))
            target = Path(os.path.normpath(at.parent / os.readlink(at)))
            at, parts = Path("/"), [*target.parts[1:], *parts]
    return links
