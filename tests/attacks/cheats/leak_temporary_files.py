"""Leaves a file in the temporary folders that all users share, for a friend to fetch.

Alone: breach
"""

import contextlib
import os

print("the payload ran", flush=True)
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run"):
    with contextlib.suppress(OSError):
        name = f"{folder}/grader-attack-{os.getpid()}"
        open(name, "x").close()
        print("BREACH: a file in", folder)
        os.remove(name)
