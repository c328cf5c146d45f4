"""Ends the process with exit code 0 from inside the call, past every handler."""

import os


def mean_row(x):
    print("the payload ran", flush=True)
    os._exit(0)
