"""Answers, and leaves threads behind that never end."""

import threading
import time

end = time.monotonic() + 20


def spin():
    while time.monotonic() < end:
        pass


def mean_row(x):
    for _ in range(8):
        threading.Thread(target=spin).start()
    print("the payload ran", flush=True)
    return None
