"""Where a container's profile refuses system calls, a right file is graded or left ungraded, never given 0 points."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.guest import kernel

from .conftest import TINY

ARM = kernel.MACHINE == "aarch64"
CALLS = {
    "pidfd_open": 434, "pidfd_send_signal": 424, "clone3": 435, "landlock_create_ruleset": 444,
    "seccomp": 277 if ARM else 317, "memfd_create": 279 if ARM else 319, "unshare": 97 if ARM else 272,
}  # fmt: skip
DENIED = """
import os, struct, sys
from grader.sandbox.guest import kernel, seccomp
number, error = int(sys.argv[1]), int(sys.argv[2])
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x50000 | error), (0x06, 0, 0, 0x7FFF0000)]
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.load(seccomp.Program(b"".join(struct.pack("=HBBI", *step) for step in steps), ()), 0)
os.execv(sys.executable, [sys.executable, "-m", "grader", *sys.argv[3:]])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="system calls of Linux")
@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EPERM], ids=["unknown", "forbidden"])
@pytest.mark.parametrize("call", CALLS)
def test_a_refused_call_costs_no_points(environment: dict[str, str], call: str, error: int) -> None:
    """The right file passes in whatever tier is left, or the check says that it is the machine's fault."""
    right = TINY / "solutions" / "ex01_mean_row" / "mean_row.py"
    words = ["check", "ex01", "--submission", str(right), "--no-keep-warm"]
    argv = [sys.executable, "-c", DENIED, str(CALLS[call]), str(error), *words]
    root = Path(__file__).parents[2]
    environment = environment | {"PYTHONPATH": str(root)}
    done = subprocess.run(argv, cwd=TINY, env=environment, capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode in (0, 3), done.stdout + done.stderr
    if call == "pidfd_open":
        assert done.returncode == 0 and "tier D" in done.stdout, done.stdout + done.stderr
