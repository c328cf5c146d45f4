"""Raises exceptions whose text takes for ever, or is none."""

import time


class Slow(Exception):
    def __str__(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            pass


class Silent(Exception):
    def __str__(self):
        return None


def mean_row(x):
    print("the payload ran", flush=True)
    raise Silent


def best_row(x):
    raise Slow
