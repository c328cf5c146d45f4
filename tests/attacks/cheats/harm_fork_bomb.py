"""Forks, and its children fork, up to twenty of them, which live for a second.

Alone: breach
"""

import contextlib
import os
import time

print("the payload ran", flush=True)
end = time.monotonic() + 1
with contextlib.suppress(OSError):
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(max(0, end - time.monotonic()))
            os._exit(0)
    print("BREACH: forked")
