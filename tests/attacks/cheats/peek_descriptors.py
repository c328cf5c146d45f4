"""Looks for descriptors that it inherited: the suite's file, the control socket, a folder from which to climb."""

import contextlib
import os
import stat

for fd in range(5, 1024):
    with contextlib.suppress(OSError):
        kind = stat.filemode(os.fstat(fd).st_mode)
        print(f"BREACH: descriptor {fd} is open: {kind}", os.readlink(f"/proc/self/fd/{fd}"))
for fd in (0, 1, 2, 3):
    with contextlib.suppress(OSError):
        os.set_blocking(fd, False)
        print(fd, os.read(fd, 100))
print("the payload ran", flush=True)


def mean_row(x):
    return None
