"""Stays for the next question behind the engine's back, and answers it before it is asked."""

import gc
import json
import os
import sys
import threading
import time


def frame(value):
    header = json.dumps(value).encode()
    whole = len(header).to_bytes(4, "big") + header
    return b"sia" + len(whole).to_bytes(8, "little") + whole


def ahead():
    while True:
        time.sleep(0.002)
        os.write(4, frame(["d", "answers", ["l", ["l", None, None, None]]]))


for one in gc.get_objects():
    if type(one).__name__ == "StateGuard":
        type(one).changed = lambda self: False
print("the payload ran", flush=True)


def mean_row(x):
    threading.Thread(target=ahead, daemon=True).start()
    return None


def best_row(x):
    os.write(4, frame(["d", "answers", ["l", ["l", 0, 0, 0]]]))
    sys.stdout.flush()
    return None
