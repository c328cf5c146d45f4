"""Starts as many threads as it can, up to two thousand, which sleep for a few seconds."""

import contextlib
import threading
import time

print("the payload ran", flush=True)
threading.stack_size(64 * 1024)
with contextlib.suppress(RuntimeError, MemoryError):
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(4,), daemon=True).start()


def mean_row(x):
    return None
