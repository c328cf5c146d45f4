"""How much memory another process holds, where its system tells without a package of its own."""

import ctypes
import os
import sys

FOOTPRINT = 7  # ri_phys_footprint, the eighth number of rusage_info_v0 behind its 16 bytes of UUID (libproc.h)


def held(pid: int) -> int:
    """Bytes that a process has for itself, 0 if the system does not tell."""
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                pages = file.read().split()
        except OSError:
            return 0
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "darwin":
        numbers = (ctypes.c_uint64 * 12)()
        if ctypes.CDLL(None).proc_pid_rusage(pid, 0, numbers) != 0:
            return 0
        return int(numbers[2 + FOOTPRINT])
    return 0
