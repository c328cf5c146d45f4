"""How much one examinee may use, and the resource limits that hold it to that (guest: standard library only)."""

import math
import mmap
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

if sys.platform != "win32":
    import resource

OPEN_FILES = 1024
NAMELESS_FILES = 64  # files without a name count in no folder: that many, of `scratch_mb` each, bound them in tier B
THREADS = 256
MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one run: seconds on its own clock, MiB on top of the zygote's memory, MiB of files, KiB of output."""

    seconds: float = 10.0
    memory_mb: int = 1024
    scratch_mb: int = 64
    output_kb: int = 64
    gpu: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the wire; `Limits(**data)` is the way back."""
        return asdict(self)


def apply_rlimits(limits: Limits) -> None:
    """Bind the calling process to `limits`, soft and hard; a later call can only tighten them.

    Memory is counted from what the process maps now, since a fork of a warm zygote starts with hundreds of MiB of
    torch. RLIMIT_DATA alone would miss shared mappings. CUDA reserves far more address space than it uses, so with a
    GPU only RLIMIT_DATA binds. Raises OSError where the system refuses a limit.
    """
    if sys.platform != "win32":
        lower(resource.RLIMIT_CORE, 0)
        lower(resource.RLIMIT_FSIZE, limits.scratch_mb * MIB)
        lower(resource.RLIMIT_NOFILE, OPEN_FILES)
        processor = math.ceil(time.process_time() + 2 * limits.seconds) + 1  # the import has a limit of its own
        lower(resource.RLIMIT_CPU, processor + 1, soft=processor)  # SIGXCPU first, which says why; then SIGKILL
    if sys.platform == "linux":
        mapped, data = mapped_bytes()
        lower(resource.RLIMIT_DATA, data + limits.memory_mb * MIB)
        if not limits.gpu:
            lower(resource.RLIMIT_AS, mapped + limits.memory_mb * MIB)


def limit_files() -> None:
    """Bound the open files of a process whose scratch folder no file system bounds; what it inherited is closed."""
    if sys.platform != "win32":
        lower(resource.RLIMIT_NOFILE, NAMELESS_FILES)


def limit_threads() -> None:
    """Bound the threads of a process whose user id (or user namespace) is its own; else it would count strangers'."""
    if sys.platform != "win32":
        lower(resource.RLIMIT_NPROC, THREADS)


def mapped_bytes() -> tuple[int, int]:
    """This process's address space and its private writable part, in bytes (VmSize, VmData with the stack)."""
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        pages = os.read(descriptor, 200).split()
    finally:
        os.close(descriptor)
    return int(pages[0]) * mmap.PAGESIZE, int(pages[5]) * mmap.PAGESIZE


if sys.platform != "win32":

    def lower(kind: int, hard: int, soft: int | None = None) -> None:
        """Set one limit, never above the hard limit in force."""
        current = resource.getrlimit(kind)[1]
        if current != resource.RLIM_INFINITY:
            hard = min(hard, current)
        resource.setrlimit(kind, (hard if soft is None else min(soft, hard), hard))
