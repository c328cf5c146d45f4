"""Reaches the secret by other names: through /proc, by climbing up, with openat from the root folder.

Alone: secret
"""

import contextlib
import os

print("the payload ran", flush=True)
up = os.path.join(os.getcwd(), *[".."] * 20)
for way in ("/proc/self/root", "/proc/self/cwd/" + up, "/proc/thread-self/root", "/proc/1/root", up, "/dev/fd/../root"):
    with contextlib.suppress(OSError):
        print(open(way + "@secret@").read())
with contextlib.suppress(OSError):
    root = os.open("/", os.O_RDONLY)
    print(os.read(os.open("@secret@"[1:], os.O_RDONLY, dir_fd=root), 100))
