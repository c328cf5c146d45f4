"""Lets torch take three gigabytes at once, and again and again after it was refused."""

import contextlib

import torch


def mean_row(x):
    print("the payload ran", flush=True)
    for _ in range(100):
        with contextlib.suppress(RuntimeError, MemoryError):
            torch.ones(750_000_000)
            print("BREACH: took 3 GB")
    return None
