"""Forges arrays with shapes and places that do not fit their bytes."""

import json
import os

ARRAYS = [
    ["a", "float32", [1 << 62, 4], 0],
    ["a", "float32", [-1, -4], 0],
    ["a", "float32", [0, 1 << 62], 0],
    ["a", "object", [1], 0],
    ["a", "float32", [2], 1 << 70],
    ["a", "float32", [True], -8],
    ["a", "float32", {"0": 2}, 0],
    ["y", 0, 1 << 40],
]


def mean_row(x):
    header = json.dumps(["d", "answers", ["l", ["l", ARRAYS[len(x)], *ARRAYS]]]).encode()
    print("the payload ran", flush=True)
    os.write(4, len(header).to_bytes(4, "big") + header + bytes(8))
    os._exit(0)


def best_row(x):
    header = json.dumps(["d", "answers", ["l", ["a", "float32", [0, 1 << 62], 0]]]).encode()
    os.write(4, len(header).to_bytes(4, "big") + header)
    os._exit(0)
