"""Patches what packs and writes the answer: struct, int.to_bytes by a subclass, bytes joining, os.write."""

import os
import struct

honest = os.write


def write(fd, data):
    return honest(fd, bytes(data).replace(b"null", b"true").replace(b"None", b"True"))


os.write = write
struct.pack = lambda *args: b"\0" * 4
print("the payload ran", flush=True)


def mean_row(x):
    return None
