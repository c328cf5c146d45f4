"""Loops while it is imported."""

import time

print("the payload ran", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    pass
