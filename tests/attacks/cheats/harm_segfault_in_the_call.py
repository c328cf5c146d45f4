"""Jumps to an address without code, in the call."""

import ctypes


def mean_row(x):
    print("the payload ran", flush=True)
    ctypes.CFUNCTYPE(None)(1)()
