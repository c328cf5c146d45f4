"""Leaves a daemon behind: two forks and a session of its own; it would live for a second.

Alone: breach
"""

import contextlib
import os
import time

print("the payload ran", flush=True)
with contextlib.suppress(OSError):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1)
        os._exit(0)
    print("BREACH: a daemon")
