"""Recurses through C: a list's repr, an iterator of iterators, a structure that pickles itself."""

import itertools
import sys

sys.setrecursionlimit(10**6)


def mean_row(x):
    print("the payload ran", flush=True)
    chain = iter(())
    for _ in range(300_000):
        chain = itertools.chain(chain, ())
    return list(chain)
