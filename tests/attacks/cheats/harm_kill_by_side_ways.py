"""Lets the kernel send the signal: by the owner of a descriptor, by a queue, by a pidfd, by a timer.

Alone: breach
"""

import contextlib
import ctypes
import fcntl
import os
import signal

print("the payload ran", flush=True)
parent = os.getppid()
with contextlib.suppress(OSError):
    fcntl.fcntl(1, fcntl.F_SETOWN, parent)
    print("BREACH: owner of a descriptor")
with contextlib.suppress(OSError):
    signal.pidfd_send_signal(os.pidfd_open(parent), signal.SIGURG)
    print("BREACH: pidfd")
libc = ctypes.CDLL(None, use_errno=True)
libc.sigqueue.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
if libc.sigqueue(parent, int(signal.SIGURG), None) == 0:
    print("BREACH: sigqueue")
