"""Loops when its answer is thrown away."""

import time

end = time.monotonic() + 20


class Sticky:
    def __del__(self):
        while time.monotonic() < end:
            pass


def mean_row(x):
    print("the payload ran", flush=True)
    return Sticky()
