"""Stand-in for a job object of Windows: a process group, whose memory `RLIMIT_AS` bounds from outside."""

import os
import resource
import signal
import subprocess
from typing import Any


class ProcessGroup:
    """The face of `grader/sandbox/host/job_object.py`."""

    def __init__(self, command: list[str], **options: Any) -> None:
        self.process = subprocess.Popen(command, start_new_session=True, **options)
        self.peak = 0

    def hold(self, memory_mb: int) -> None:
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
        bound = mapped + (memory_mb << 20)
        _, hard = resource.prlimit(
            self.process.pid, resource.RLIMIT_AS
        )  # stays, so that the next question may have more
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (bound, hard))

    def outgrown(self) -> bool:
        return False

    def end(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()
