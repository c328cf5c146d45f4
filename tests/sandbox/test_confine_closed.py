"""Confinement fails closed: a step that does not work ends in ConfinementError, and weaker kernels get lower tiers."""

from collections.abc import Callable
from textwrap import indent
from typing import Any

import pytest

Run = Callable[[str], Any]

ENTER = """
import signal, tempfile
from grader.sandbox.guest import confine
from grader.sandbox.guest import landlock
from grader.sandbox.guest import limits
from grader.sandbox.guest import seccomp
confinement = confine.Confinement.prepare("B", [])
scratch = tempfile.mkdtemp()
os.chmod(scratch, 0o777)
end, answer = os.pipe()
if os.fork() == 0:
    said = "silence"
    try:
{broken}
        confinement.enter(scratch, limits.Limits())
        said = "the submission runs"
    except confine.ConfinementError as problem:
        said = str(problem)
    finally:
        os.write(answer, said.encode())
        os._exit(0)
os.close(answer)
print(json.dumps(open(end, "rb").read().decode()))
"""

# The process that called fork ends, and is seen to have ended, before its child enters.
ORPHAN = """
import select
wait, go = os.pipe()
if os.fork():
    os.read(wait, 1)
    os._exit(0)
parent = os.pidfd_open(os.getppid())
os.write(go, b"x")
select.select([parent], [], [])
"""

# A filter that answers ENOSYS to the named system calls, as a kernel or container without them would.
LACKING = """
import errno, struct
from grader.sandbox.guest import kernel
from grader.sandbox.guest import seccomp
def lack(*numbers):
    steps = [(0x20, 0, 0, 0)]
    for number in numbers:
        steps += [(0x15, 0, 1, number), (0x06, 0, 0, 0x50000 | errno.ENOSYS)]
    code = b"".join(struct.pack("=HBBI", *step) for step in [*steps, (0x06, 0, 0, 0x7FFF0000)])
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.load(seccomp.Program(code, ()), 0)
def prepared(tier):
    from grader.sandbox.guest.confine import Confinement
    try:
        return Confinement.prepare(tier, []).description["tier"]
    except OSError as problem:
        return str(problem)
arm = kernel.MACHINE == "aarch64"
"""


def entering(broken: str) -> str:
    return ENTER.format(broken=indent(broken, 8 * " "))


def test_an_unbroken_confinement_lets_the_code_run(guest: Run) -> None:
    """The control of the tests below."""
    assert guest(entering("pass")) == "the submission runs"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("os.rmdir(scratch)", "No such file or directory"),
        ("[os.close(fd) for fd in confinement.keep_fds]", "descriptor in bad state"),
        ("confinement._program = seccomp.Program(bytes(8 * 5000), ())", "Invalid argument"),
        ("confinement._user_ids = range(2**32 - 1, 2**32)", "cannot confine this process"),
        (ORPHAN, "the zygote died first"),
    ],
    ids=["scratch", "landlock", "seccomp", "user", "zygote"],
)
def test_a_broken_step_runs_nothing(guest: Run, broken: str, says: str) -> None:
    """Whichever step fails, `enter` raises and says which, and no code runs half confined."""
    assert says in guest(entering(broken))


def test_tier_a_needs_namespaces(guest: Run) -> None:
    """A zygote that is told tier A outside every box refuses to start."""
    said = guest(LACKING + "print(json.dumps([prepared('A'), prepared('B')]))")

    assert said == ["tier A needs namespaces of its own: ipc, mnt, net, pid, uts", "B"]


def test_a_kernel_without_landlock_reaches_tier_c(guest: Run) -> None:
    """Where the Landlock calls do not exist, the launch says C, and asking for B all the same is refused."""
    code = "lack(444)\nfrom grader.sandbox.host import tiers\nfound = tiers.best_launch()\n"
    said = guest(LACKING + code + "print(json.dumps([found.tier, found.missing, prepared('B'), prepared('C')]))")

    assert said == ["C", ["Landlock"], "tier B needs Landlock", "C"]


def test_a_container_without_mounts_reaches_tier_b(guest: Run) -> None:
    """Where mounting is forbidden, as in an ordinary container, the launch says B and how to reach A."""
    code = "lack(40 if arm else 165)\nfrom grader.sandbox.host import tiers\nfound = tiers.best_launch()\n"
    said = guest(LACKING + code + "print(json.dumps([found.tier, found.how, found.missing, bool(found.improve)]))")

    assert said == ["B", "plain", ["namespaces of its own"], True]


def test_a_kernel_without_filters_reaches_tier_d(guest: Run) -> None:
    """Where no seccomp filter can be had, only limits and a process of its own are promised."""
    code = "lack(167 if arm else 157)\nfrom grader.sandbox.host import tiers\nfound = tiers.best_launch()\n"
    said = guest(LACKING + code + "print(json.dumps([found.tier, found.missing]))")

    assert said == ["D", ["seccomp filters"]]


def test_a_profile_without_process_handles_reaches_tier_d(guest: Run) -> None:
    """Where a container's profile refuses `pidfd_open`, tier D's engine takes over instead of failing every test."""
    code = "lack(434)\nfrom grader.sandbox.host import tiers\nfound = tiers.best_launch()\n"
    said = guest(LACKING + code + "print(json.dumps([found.tier, found.missing]))")

    assert said == ["D", ["pidfd_open"]]
