"""Asks the kernel for new processes by rarer calls: vfork, clone, clone3, and a start by multiprocessing.

Alone: breach
"""

import contextlib
import ctypes
import multiprocessing
import os
import platform

print("the payload ran", flush=True)
libc = ctypes.CDLL(None, use_errno=True)
clone, clone3 = {"x86_64": (56, 435), "aarch64": (220, 435)}[platform.machine()]
pid = libc.syscall(clone, 17, None, None, None, None)
if pid == 0:
    libc._exit(0)
if pid > 0:
    print("BREACH: clone")
arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17, 0, 0, 0)
pid = libc.syscall(clone3, arguments, 64)
if pid == 0:
    libc._exit(0)
if pid > 0:
    print("BREACH: clone3")
with contextlib.suppress(OSError):
    process = multiprocessing.get_context("fork").Process(target=os.getpid)
    process.start()
    print("BREACH: multiprocessing")
