"""Closes every descriptor, its own streams too, in the middle of the call."""

import os


def mean_row(x):
    print("the payload ran", flush=True)
    os.closerange(0, 1024)
