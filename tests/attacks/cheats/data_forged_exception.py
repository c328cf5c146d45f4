"""Forges an exception with texts of megabytes, made to keep regular expressions busy."""

import json
import os

TEXT = "cuda " * 200_000
RAISED = ["r", [TEXT, "builtins.ValueError"], TEXT, [["mean_row.py", 10**18, TEXT, TEXT]] * 3]
HEADER = json.dumps(["d", "answers", ["l", RAISED]]).encode()


def mean_row(x):
    print("the payload ran", flush=True)
    with os.fdopen(4, "wb") as answer:
        answer.write(len(HEADER).to_bytes(4, "big") + HEADER)
    os._exit(0)
