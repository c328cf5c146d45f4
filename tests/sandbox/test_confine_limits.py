"""Resource limits hold by themselves, without any other wall."""

from collections.abc import Callable
from typing import Any

CHILD = """
import resource
from grader.sandbox.guest.limits import Limits, apply_rlimits
def status_of(act):
    pid = os.fork()
    if pid == 0:
        apply_rlimits(Limits(seconds=0.5, memory_mb=64, scratch_mb=1))
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


def test_an_endless_loop_is_ended_by_the_kernel(guest: Callable[[str], Any]) -> None:
    """Even with nobody watching, a busy process dies of SIGXCPU; an idle one ends as it likes."""
    code = "def spin():\n    while True: pass\nprint(json.dumps([status_of(spin), status_of(lambda: None)]))"

    assert guest(CHILD + code) == [-24, 0]


def test_limits_only_tighten(guest: Callable[[str], Any]) -> None:
    """A hard limit that is already lower stays, and a second call cannot loosen the first."""
    code = """
resource.setrlimit(resource.RLIMIT_NOFILE, (50, 60))
apply_rlimits(Limits(scratch_mb=1))
apply_rlimits(Limits(scratch_mb=2))
print(json.dumps([resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_FSIZE)]))
"""
    assert guest(CHILD + code) == [[60, 60], [1 << 20, 1 << 20]]
