"""What a process of the guest's side is started with: its program, import path, environment and devices."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GUEST = Path(__file__).parent.with_name("guest")
WINDOWS = ("SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "PATH", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "USERNAME")
START_SECONDS = 300.0  # a cold disk and a busy machine; a death is noticed at once


def program(module: str, config: Mapping[str, Any]) -> list[str]:
    """The command line that runs `main(config)` of one of the guest's modules, with the examiner's import path."""
    return [interpreter(), "-I", str(GUEST / "start.py"), module, json.dumps({**config, "path": guest_path()})]


def interpreter() -> str:
    """This Python; on Windows the one that a virtual environment's launcher would start, which no job would hold."""
    base = getattr(sys, "_base_executable", sys.executable)
    return str(base) if sys.platform == "win32" else sys.executable


def environment() -> dict[str, str]:
    """The zygote's whole environment: one thread, no secrets of the user's."""
    keep = {k: os.environ[k] for k in ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES") if k in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    one["MALLOC_ARENA_MAX"] = "1"  # else glibc reserves 64 MB per thread, which the memory limit would count
    if sys.platform == "win32":
        return one | {"MPLBACKEND": "Agg"} | {name: os.environ[name] for name in WINDOWS if name in os.environ}
    return keep | one | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MPLBACKEND": "Agg"}


def guest_path() -> list[str]:
    """The examiner's import path without the project itself, which no examinee may read."""
    package = GUEST.parents[2].resolve()
    return [p for p in sys.path if p and Path(p).resolve() != package and Path(p).is_absolute()]


def device_nodes(device: str) -> list[str]:
    """The device files that an examinee needs for `device`."""
    return sorted(str(node) for node in Path("/dev").glob("nvidia*")) if device == "cuda" else []
