"""Calls abort in one test and raises a fatal signal in another."""

import os
import signal


def mean_row(x):
    print("the payload ran", flush=True)
    os.abort()


def best_row(x):
    signal.raise_signal(signal.SIGILL)
