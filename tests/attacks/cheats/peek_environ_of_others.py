"""Prints the environment of every process that it finds.

Alone: secret
"""

import contextlib
import os

print("the payload ran", flush=True)
pids = ["1", str(os.getppid()), "@examiner@"]
with contextlib.suppress(OSError):
    pids += filter(str.isdigit, os.listdir("/proc"))
for pid in pids:
    with contextlib.suppress(OSError):
        for word in open(f"/proc/{pid}/environ", "rb").read().split(b"\0"):
            if word.startswith(b"GRADER_TOKEN"):
                print(word)
