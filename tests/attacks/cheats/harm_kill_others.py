"""Signals every process that it may, by number, by group, by everybody; the signal is one that nobody minds.

Alone: breach
"""

import contextlib
import os
import signal

print("the payload ran", flush=True)
for pid in (-1, int("@examiner@"), -int("@examiner@"), os.getppid(), -os.getppid()):
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGURG)
        print("BREACH: signalled", pid)
