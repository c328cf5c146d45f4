"""Reads the command lines of the processes around it, which name the course.

Alone: breach
"""

import contextlib
import os

print("the payload ran", flush=True)
for pid in {1, os.getppid(), int("@examiner@")}:
    with contextlib.suppress(OSError):
        print("BREACH:", len(open(f"/proc/{pid}/cmdline").read()) and pid)
