"""Opens as many files as it can, up to five thousand, and duplicates the answer's descriptor."""

import contextlib
import os

print("the payload ran", flush=True)
count = 0
with contextlib.suppress(OSError):
    for _ in range(5000):
        os.dup(4)
        count += 1
    print("BREACH: five thousand descriptors")


def mean_row(x):
    return None
