"""Cuts the ties by which it would die with its parent, and becomes a subreaper and dumpable.

Alone: breach
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
print("the payload ran", flush=True)
if libc.prctl(1, 0, 0, 0, 0) == 0:
    print("BREACH: outlives its parent")
if libc.prctl(4, 1, 0, 0, 0) == 0:
    print("BREACH: can be read")
