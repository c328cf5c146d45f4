"""Writes a well-formed answer of its own to the answer's descriptor and ends the process with exit code 0."""

import json
import os

import torch


def frame(value):
    header = json.dumps(value).encode()
    return len(header).to_bytes(4, "big") + header


def mean_row(x):
    print("the payload ran", flush=True)
    os.write(4, b"i" + frame(["d", "answers", ["l", ["l", True, True, True]]]))
    os._exit(0)


def best_row(x):
    os.write(4, frame(["d", "answers", ["l", ["l", 0, 0, 0]], "verdict", "passed"]))
    return torch.tensor(0)
