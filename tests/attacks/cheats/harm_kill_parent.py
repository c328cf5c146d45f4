"""Kills its parent, the process from which the next submissions come."""

import contextlib
import os
import signal

print("the payload ran", flush=True)
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGSEGV):
    with contextlib.suppress(OSError):
        os.kill(os.getppid(), number)
