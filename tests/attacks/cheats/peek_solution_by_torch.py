"""Lets libraries written in C open the solution: NumPy, torch, mmap and sqlite3.

Alone: secret
"""

import contextlib
import mmap
import os

import numpy as np
import torch

print("the payload ran", flush=True)
with contextlib.suppress(OSError):
    print(np.fromfile("@solution@", dtype=np.uint8).tobytes()[:200])
with contextlib.suppress(OSError, RuntimeError):
    print(bytes(torch.from_file("@solution@", size=150, dtype=torch.uint8).tolist()))
with contextlib.suppress(OSError):
    print(mmap.mmap(os.open("@solution@", os.O_RDONLY), 0, prot=mmap.PROT_READ)[:200])
