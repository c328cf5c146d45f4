"""A process with all that it starts, on Windows: a job object bounds its memory and ends it together."""

import ctypes
import subprocess
import sys
from typing import Any

assert sys.platform == "win32"

from ctypes import wintypes

MIB = 1 << 20
EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
PROCESS_MEMORY, KILL_ON_CLOSE, NO_ERROR_BOX = 0x100, 0x2000, 0x400
KILLED = 1
WORDS = ctypes.c_size_t


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION"""

    _fields_ = [
        ("process_time", ctypes.c_int64), ("job_time", ctypes.c_int64), ("flags", wintypes.DWORD),
        ("smallest_set", WORDS), ("largest_set", WORDS), ("processes", wintypes.DWORD), ("affinity", WORDS),
        ("priority", wintypes.DWORD), ("scheduling", wintypes.DWORD),
    ]  # fmt: skip


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION"""

    _fields_ = [
        ("basic", BasicLimits), ("io", ctypes.c_uint64 * 6), ("process_memory", WORDS), ("job_memory", WORDS),
        ("peak_process", WORDS), ("peak_job", WORDS),
    ]  # fmt: skip


class MemoryCounters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS"""

    _fields_ = [
        ("size", wintypes.DWORD), ("faults", wintypes.DWORD), ("peak_set", WORDS), ("set", WORDS),
        ("peak_paged", WORDS), ("paged", WORDS), ("peak_nonpaged", WORDS), ("nonpaged", WORDS),
        ("committed", WORDS), ("peak_committed", WORDS),
    ]  # fmt: skip


class ProcessGroup:
    """Starts one process in a job that ends with the last handle on it, which is ours."""

    def __init__(self, command: list[str], **options: Any) -> None:
        self.kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        self.kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self.job = wintypes.HANDLE(self.kernel.CreateJobObjectW(None, None))
        self.limits = ExtendedLimits()
        self.limits.basic.flags = KILL_ON_CLOSE | NO_ERROR_BOX
        self.set_limits()
        quiet = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C is not meant for it
        self.process = subprocess.Popen(command, creationflags=quiet, **options)
        self.handle = wintypes.HANDLE(int(self.process._handle))  # type: ignore[attr-defined]
        self.demand(self.kernel.AssignProcessToJobObject(self.job, self.handle))

    def demand(self, done: int) -> None:
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())

    def set_limits(self) -> None:
        size = ctypes.sizeof(self.limits)
        self.demand(self.kernel.SetInformationJobObject(self.job, EXTENDED_LIMITS, ctypes.byref(self.limits), size))

    def hold(self, memory_mb: int) -> None:
        """From now on it may commit that much more than it has: an allocation beyond fails, as with RLIMIT_AS."""
        counters = MemoryCounters(size=ctypes.sizeof(MemoryCounters))
        self.demand(self.kernel.K32GetProcessMemoryInfo(self.handle, ctypes.byref(counters), counters.size))
        self.limits.process_memory = counters.committed + memory_mb * MIB
        self.limits.basic.flags |= PROCESS_MEMORY
        self.set_limits()

    def outgrown(self) -> bool:
        """Never: the system refuses the memory."""
        return False

    @property
    def peak(self) -> int:
        """Bytes that it had committed at most."""
        seen = ExtendedLimits()
        size = ctypes.sizeof(seen)
        self.kernel.QueryInformationJobObject(self.job, EXTENDED_LIMITS, ctypes.byref(seen), size, None)
        return int(seen.peak_process)

    def end(self) -> None:
        if self.job:
            self.kernel.TerminateJobObject(self.job, KILLED)
            self.process.wait()
            self.kernel.CloseHandle(self.job)
            self.job = wintypes.HANDLE()
