"""Makes thirty thousand empty files."""

import contextlib
import time

print("the payload ran", flush=True)
end = time.monotonic() + 0.3
with contextlib.suppress(OSError):
    for number in range(30_000):
        open(f"file{number}", "x").close()
        if time.monotonic() > end:
            break


def mean_row(x):
    return None
