"""Loops in Python without end, in the call."""

import time

end = time.monotonic() + 20


def mean_row(x):
    print("the payload ran", flush=True)
    while time.monotonic() < end:
        pass
