"""Prints thirty megabytes, one line without an end."""

import os
import sys

for _ in range(20):
    os.write(1, b"x" * (1 << 20))
sys.stdout.write("y" * 10_000_000)
print("\nthe payload ran", flush=True)


def mean_row(x):
    return None
