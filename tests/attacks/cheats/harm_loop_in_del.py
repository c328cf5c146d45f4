"""Loops when an object of its is thrown away."""

import time

end = time.monotonic() + 20


class Sticky:
    def __del__(self):
        while time.monotonic() < end:
            pass


print("the payload ran", flush=True)
Sticky()
