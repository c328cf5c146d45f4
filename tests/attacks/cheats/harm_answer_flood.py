"""Floods the answer's descriptor with zeros, more than any answer may have."""

import os


def mean_row(x):
    print("the payload ran", flush=True)
    for _ in range(80):
        os.write(4, bytes(1 << 20))
