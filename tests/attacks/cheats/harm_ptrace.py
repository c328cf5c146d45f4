"""Attaches to its parent and to the examiner as a debugger does, in a thread whose end would let go of them.

Alone: breach as root
"""

import ctypes
import os
import threading

libc = ctypes.CDLL(None, use_errno=True)


def attach():
    for pid in (int("@examiner@"), os.getppid()):
        if libc.ptrace(0x4206, pid, None, None) == 0:  # PTRACE_SEIZE does not stop it
            print("BREACH: seized", pid)


print("the payload ran", flush=True)
debugger = threading.Thread(target=attach)
debugger.start()
debugger.join()
