"""Asks the kernel for the zygote's memory: process_vm_readv, pidfd_getfd, its maps and its descriptors.

Alone: breach as root
"""

import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
parent = os.getppid()
print("the payload ran", flush=True)
with contextlib.suppress(OSError):
    print("BREACH: maps", len(open(f"/proc/{parent}/maps").read()))
with contextlib.suppress(OSError):
    print("BREACH: descriptors", os.listdir(f"/proc/{parent}/fd"))


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


here = ctypes.create_string_buffer(8)
mine, theirs = Vector(ctypes.addressof(here), 8), Vector(id(None), 8)
if libc.process_vm_readv(parent, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0:
    print("BREACH: process_vm_readv")
