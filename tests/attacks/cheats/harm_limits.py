"""Raises its limits, its priority and its share of the processors.

Alone: breach
"""

import contextlib
import os
import resource

print("the payload ran", flush=True)
for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
    with contextlib.suppress(OSError, ValueError):
        soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (soft, hard))
        print("BREACH: set a limit")
with contextlib.suppress(OSError):
    os.setpriority(os.PRIO_PROCESS, 0, 1)
    print("BREACH: set a priority")
