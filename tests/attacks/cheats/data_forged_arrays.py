"""Forges an answer of a thousand arrays that all lie on the same eight megabytes."""

import json
import os

SIZE = 8 << 20
HEADER = json.dumps(["d", "answers", ["l", ["l", *[["a", "uint8", [SIZE], 0]] * 1000]]]).encode()


def mean_row(x):
    print("the payload ran", flush=True)
    with os.fdopen(4, "wb") as answer:
        answer.write(len(HEADER).to_bytes(4, "big") + HEADER + bytes(SIZE))
    os._exit(0)
