"""Prints two million lines on stdout and stderr at once."""

import sys

for _ in range(200):
    sys.stdout.write("x\n" * 5000)
    sys.stderr.write("y\n" * 5000)
print("the payload ran", flush=True)


def mean_row(x):
    return None
