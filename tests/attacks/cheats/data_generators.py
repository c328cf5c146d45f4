"""Answers with things that only come into being when somebody asks for them, without end."""

import itertools


def mean_row(x):
    print("the payload ran", flush=True)
    return itertools.count()


def best_row(x):
    return iter(int, 1)
