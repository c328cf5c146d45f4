"""Answers with objects whose str, repr and format raise, loop, or are no text."""

import time


class Loops:
    def __repr__(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            pass

    __str__ = __repr__


class Raises:
    def __repr__(self):
        raise SystemExit(0)

    __str__ = __format__ = __repr__


def mean_row(x):
    print("the payload ran", flush=True)
    return Raises()


def best_row(x):
    return Loops()
