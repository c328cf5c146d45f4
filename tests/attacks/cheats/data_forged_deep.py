"""Forges an answer that is nested deeper than any parser likes."""

import os

HEADER = b"[" * 1_000_000 + b"]" * 1_000_000


def mean_row(x):
    print("the payload ran", flush=True)
    with os.fdopen(4, "wb") as answer:
        answer.write(len(HEADER).to_bytes(4, "big") + HEADER)
    os._exit(0)
