"""Tier D on POSIX systems: what a process leaves behind ends with it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Sandbox
from tests.portable.test_examinee import asked


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("GRADER_TIER", "D")
    with Sandbox() as sandbox:
        yield sandbox


FORK = """
import os, time


def answer():
    pid = os.fork()
    if pid == 0:
        %s
        time.sleep(60)
        os._exit(0)
    %s
    return pid
"""


LEFT = "while os.getpgid(pid) != pid: pass"


def test_processes_left_behind_do_not_hold_the_grader(pool: Sandbox) -> None:
    """A child that keeps the pipes open is ended with its group; a daemon that left the group is not waited for."""
    for code, lives_on in ((FORK % ("pass", "pass"), False), (FORK % ("os.setsid()", LEFT), True)):
        reply = asked(pool, code)
        assert reply.ended == "answered"
        pid = reply.value["answers"][0]
        status = Path(f"/proc/{pid}/stat")
        if lives_on:
            assert runs(status)
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while runs(status) and time.monotonic() < deadline:  # the kernel ends a killed process a little later
            time.sleep(0.01)
        assert not runs(status)


def runs(status: Path) -> bool:
    """Whether the process of this /proc/…/stat is there and no zombie."""
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
