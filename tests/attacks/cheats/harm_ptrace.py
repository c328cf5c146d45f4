"""Attaches to its parent and to the examiner as a debugger does.

Alone: breach as root
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
print("the payload ran", flush=True)
for pid in (int("@examiner@"), os.getppid()):
    if libc.ptrace(0x4206, pid, None, None) == 0:  # PTRACE_SEIZE does not stop it
        print("BREACH: seized", pid)
        libc.ptrace(17, pid, None, None)
