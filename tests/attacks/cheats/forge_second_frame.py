"""Sends an answer ahead of the true one, and another one behind it."""

import json
import os


def frame(value):
    header = json.dumps(value).encode()
    return len(header).to_bytes(4, "big") + header


def mean_row(x):
    print("the payload ran", flush=True)
    os.write(4, frame(["d", "answers", ["l", ["l", 0.0, 0.0, 0.0]]]))
    return None


def best_row(x):
    return None
