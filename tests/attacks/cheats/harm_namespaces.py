"""Makes namespaces and mounts to get rights in them, and asks for other user ids.

Alone: breach as root
"""

import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
print("the payload ran", flush=True)
for flag in (0x20000, 0x10000000, 0x40000000, 0x20000000 | 0x8000000):
    if libc.unshare(flag) == 0:
        print("BREACH: unshare", hex(flag))
if libc.mount(b"none", b".", b"tmpfs", 0, None) == 0:
    print("BREACH: mount")
for deed in (lambda: os.chroot("."), lambda: os.mknod("null", 0o20666, 259)):
    with contextlib.suppress(OSError):
        deed()
        print("BREACH: a deed of root's")
