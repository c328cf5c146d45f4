"""Recurses without end, with the limit taken away."""

import sys

sys.setrecursionlimit(2**31 - 1)


def mean_row(x):
    return mean_row(x)


def best_row(x):
    return eval("-" * 90_000 + "1")  # a parser's recursion, where Python has one


print("the payload ran", flush=True)
