"""macOS: an examinee inside `sandbox-exec`, without network and without writing outside its own folder (tier C)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TRY_SECONDS = 10.0
# Reading stays open: what Python, torch and the system's frameworks read is not known well enough to list it.
PROFILE = """
(version 1)
(allow default)
(deny network*)
(deny file-write*)
(allow file-write* (subpath (param "BOX")))
(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/dtracehelper"))
"""


def wrapped(command: list[str], box: Path) -> list[str]:
    """`command` in a sandbox that may write to the folder `box` alone."""
    return ["/usr/bin/sandbox-exec", "-D", f"BOX={os.path.realpath(box)}", "-p", PROFILE, *command]


def works() -> bool:
    """Whether this system has the program, and lets it start another one."""
    if sys.platform != "darwin" or shutil.which("sandbox-exec", path="/usr/bin") is None:
        return False
    try:
        done = subprocess.run(wrapped(["/usr/bin/true"], Path("/")), capture_output=True, timeout=TRY_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
