"""What one process has spent of its time limit, measured from outside: a busy machine costs a submission nothing."""

import sys
import time

BACKSTOP = 10.0  # wall seconds per second of the limit; whatever a machine does to a process, that much is an end


class Clock:
    """Counts the seconds that a process computes or waits by itself, not those in which it waits for a free core.

    The kernel counts both: the process's CPU clock (clock_getcpuclockid(3), all threads) and how long its first thread
    stood in a run queue (/proc/PID/schedstat). Where it gives neither, wall time counts.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.restart()

    def restart(self) -> None:
        """Starts from zero, as after an import that is not on the clock."""
        self.start = time.monotonic()
        self.queued, self.cpu = self.times()

    def times(self) -> tuple[float | None, float]:
        queued, cpu = None, 0.0
        if self.pid <= 0 or sys.platform != "linux":
            return queued, cpu
        try:
            with open(f"/proc/{self.pid}/schedstat", "rb") as file:
                queued = int(file.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            pass
        try:
            cpu = time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            pass
        return queued, cpu

    @property
    def wall(self) -> float:
        return time.monotonic() - self.start

    def spent(self) -> float:
        """Seconds on the clock: what was computed, or all of the wall time that was not spent in a queue, if longer."""
        wall = self.wall
        queued, cpu = self.times()
        if queued is None or self.queued is None:
            return max(cpu - self.cpu, 0.0) if cpu > self.cpu else wall
        return max(cpu - self.cpu, wall - (queued - self.queued), 0.0)

    def over(self, seconds: float) -> bool:
        """Whether a limit is used up."""
        return self.spent() >= seconds or self.wall >= BACKSTOP * seconds

    def patience(self, seconds: float) -> float:
        """How long one may sleep before the limit can be used up; never so short that looking costs time itself."""
        return max(0.01, min(seconds - self.spent(), BACKSTOP * seconds - self.wall))


def pid_of(pidfd: int) -> int:
    """The process behind a pidfd, in our own numbering; 0 if the kernel does not tell."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as file:
            return next(max(0, int(line.split()[1])) for line in file if line.startswith("Pid:"))
    except (OSError, ValueError, StopIteration):
        return 0
