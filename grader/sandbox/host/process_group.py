"""A process with all that it starts, on POSIX systems: ended together, its memory looked at from outside."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any

from grader.sandbox.host.memory import held

assert sys.platform != "win32"

MIB = 1 << 20


class ProcessGroup:
    """Starts one process as the leader of a group of its own."""

    def __init__(self, command: list[str], **options: Any) -> None:
        self.process = subprocess.Popen(command, start_new_session=True, **options)
        self.bound = 0
        self.peak = 0

    def hold(self, memory_mb: int) -> None:
        """From now on it may hold that much more than it does."""
        now = held(self.process.pid)
        self.bound = now + memory_mb * MIB if now else 0

    def outgrown(self) -> bool:
        """Whether it holds more than it may; between two looks it can, which RLIMIT_AS forbids where that works."""
        now = held(self.process.pid)
        self.peak = max(self.peak, now)
        return bool(self.bound) and now > self.bound

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
