"""Every kind of Linux: what it lacks is taken away here, a right file is graded in the best tier that is left, and
`grader doctor` says which command would reach a better one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.sandbox.guest import kernel

from .conftest import CONTROLS, TESTS, TINY

ARM = kernel.MACHINE == "aarch64"
MOUNT, UNSHARE, PRCTL = (40, 97, 167) if ARM else (165, 272, 157)
LANDLOCK, SECCOMP, PIDFD_OPEN = 444, 277 if ARM else 317, 434
EPERM, ENOSYS, EINVAL = 1, 38, 22
BOX = ["unshare", "--mount", "--propagation", "private"]
BOXES = [box for box in (BOX, [*BOX, "--map-root-user"]) if sys.platform == "linux"]
LACKING = """
import os, struct, sys
from grader.sandbox.guest import kernel, seccomp
steps = [(0x20, 0, 0, 0)]
for call in filter(None, sys.argv[1].split(",")):
    number, error = map(int, call.split(":"))
    steps += [(0x15, 0, 1, number), (0x06, 0, 0, 0x50000 | error)]
if sys.argv[2]:  # prctl(PR_SET_SECCOMP) alone
    steps += [(0x15, 0, 3, int(sys.argv[2])), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, 0x50016)]
steps += [(0x06, 0, 0, 0x7FFF0000)]
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.load(seccomp.Program(b"".join(struct.pack("=HBBI", *step) for step in steps), ()), 0)
os.execv(sys.executable, [sys.executable, "-m", "grader", *sys.argv[3:]])
"""


@dataclass(frozen=True)
class Machine:
    """What is mounted over what, which system calls fail with which error, and what is to be said there."""

    tier: str
    improve: str
    calls: dict[int, int]
    version: str = ""
    setup: str = ""
    filters: bool = True

    def command(self, box: list[str], folder: Path, *words: str) -> list[str]:
        """The grader's command line on such a machine."""
        setup = self.setup
        if self.version:
            (folder / "version").write_text(self.version, encoding="ascii")
            setup += f"mount --bind {folder}/version /proc/version\n"
        refused = ",".join(f"{number}:{error}" for number, error in self.calls.items())
        program = [sys.executable, "-c", LACKING, refused, "" if self.filters else str(PRCTL), *words]
        return [*box, "sh", "-ec", f'{setup}exec "$@"', "sh", *program]


NO_NAMESPACES = {MOUNT: EPERM, UNSHARE: EPERM}
SYSCTL = "mount -t tmpfs none /proc/sys/kernel\necho {value} > /proc/sys/kernel/{name}\n"
MACHINES = {
    "ubuntu": Machine(
        "B", "sudo apt-get install bubblewrap apparmor-profiles", NO_NAMESPACES,
        setup=SYSCTL.format(value=1, name="apparmor_restrict_unprivileged_userns"),
    ),
    "debian": Machine(
        "B", "sudo sysctl kernel.unprivileged_userns_clone=1", NO_NAMESPACES,
        setup=SYSCTL.format(value=0, name="unprivileged_userns_clone"),
    ),
    "container": Machine(
        "B", "docker run --security-opt seccomp=unconfined", NO_NAMESPACES,
        setup="mount -t tmpfs none /run\ntouch /run/.containerenv\n",
    ),
    "old": Machine("C", "sudo update-grub", {LANDLOCK: ENOSYS}, "Linux version 5.10.0-28-amd64 (Debian)"),
    "wsl2": Machine("C", "wsl --update", {LANDLOCK: ENOSYS}, "Linux version 5.10.16.3-microsoft-standard-WSL2"),
    "wsl1": Machine(
        "D", "wsl --set-version Ubuntu 2", {SECCOMP: EINVAL, PIDFD_OPEN: ENOSYS},
        "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)", filters=False,
    ),
    "gvisor": Machine(
        "D", "docker run --runtime=runc", {LANDLOCK: ENOSYS, PIDFD_OPEN: ENOSYS},
        "Linux version 4.4.0 (gcc) #1 SMP Sun Jan 10 15:06:54 PST 2016",
    ),
}  # fmt: skip
PLACES = {
    "no shared memory": "mount -t tmpfs -o ro,size=4k none /dev/shm\n",
    "read-only home": "mount -t tmpfs none {0}\nmkdir {0}/home\nmount -o remount,ro {0}\nexport HOME={0}/home\n",
    "no home": "unset HOME XDG_STATE_HOME XDG_CACHE_HOME USER LOGNAME\n",
    "nothing can be started from /tmp": "mount -t tmpfs -o noexec none {0}\nexport TMPDIR={0}\n",
    "a tiny /tmp": "mount -t tmpfs -o size=64k none {0}\nexport TMPDIR={0}\n",
}


@pytest.fixture(scope="module")
def box() -> Iterator[list[str]]:
    """How this user gets mounts of their own."""
    for way in BOXES:
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            yield way
            return
    pytest.skip("this machine allows no mounts of one's own, which stand for other machines")


def said(argv: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        argv, cwd=TINY, env=environment | {"PYTHONPATH": str(TESTS.parent)}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize("name", MACHINES)
def test_the_best_tier_that_is_left(box: list[str], environment: dict[str, str], tmp_path: Path, name: str) -> None:
    """The right file gets its points in that tier, and `doctor` holds the command that helps on such a machine."""
    machine, right = MACHINES[name], str(CONTROLS / "right.py")
    check = ("check", "ex01", "--submission", right, "--no-keep-warm", "--json")
    done = said(machine.command(box, tmp_path, *check), environment)
    record = json.loads(done.stdout or "{}")
    assert (record.get("tier"), record.get("outcome")) == (machine.tier, "passed"), done.stderr

    doctor = said(machine.command(box, tmp_path, "doctor"), environment).stdout
    assert doctor.startswith(f"tier {machine.tier}:")
    (improve,) = (line for line in doctor.splitlines() if line.startswith("  to improve"))
    assert machine.improve in improve


@pytest.mark.parametrize("name", PLACES)
def test_folders_that_are_not_as_usual(box: list[str], environment: dict[str, str], tmp_path: Path, name: str) -> None:
    """A right file is graded in the tier that this machine has."""
    setup = PLACES[name].format(tmp_path) + 'exec "$@"'
    environment = {key: value for key, value in environment.items() if key != "XDG_RUNTIME_DIR"}
    words = ["check", "ex01", "--submission", str(CONTROLS / "right.py"), "--no-keep-warm", "--json"]
    done = said([*box, "sh", "-ec", setup, "sh", sys.executable, "-m", "grader", *words], environment)
    assert json.loads(done.stdout or "{}").get("outcome") == "passed", done.stderr


def test_no_room_for_temporary_files(box: list[str], environment: dict[str, str], tmp_path: Path) -> None:
    """A full /tmp ends in a sentence that says where there is no room, and which variable names another folder."""
    setup = f'mount -t tmpfs -o nr_inodes=2 none {tmp_path}\nexport TMPDIR={tmp_path} GRADER_TIER=D\nexec "$@"'
    done = said([*box, "sh", "-ec", setup, "sh", sys.executable, "-m", "grader", "doctor"], environment)
    assert done.returncode == 3 and "TMPDIR" in done.stderr, done.stderr
