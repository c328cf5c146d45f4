"""Starts programs: a shell, a download, Python again.

Alone: breach
"""

import contextlib
import os
import subprocess

print("the payload ran", flush=True)
for start in (subprocess.run, lambda words, **more: os.posix_spawn(words[0], words, {})):
    with contextlib.suppress(OSError):
        start(["/bin/sh", "-c", "echo BREACH: a shell runs"], check=True)
with contextlib.suppress(OSError):
    if os.system("exit 0") == 0:
        print("BREACH: os.system")
