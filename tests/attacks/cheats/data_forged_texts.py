"""Forges strings longer than the wire's own: they must not reach a message, a record or a terminal."""

import json
import os

TEXT = "\x1b[31m" + "\n assert" * 100_000
HEADER = json.dumps(["d", "answers", ["l", ["l", TEXT, ["o", TEXT, TEXT], TEXT]]]).encode()


def mean_row(x):
    print("the payload ran", flush=True)
    with os.fdopen(4, "wb") as answer:
        answer.write(len(HEADER).to_bytes(4, "big") + HEADER)
    os._exit(0)


best_row = mean_row
