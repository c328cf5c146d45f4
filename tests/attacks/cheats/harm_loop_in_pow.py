"""Computes a power of ten million digits in C, and its decimal text."""


def mean_row(x):
    print("the payload ran", flush=True)
    return pow(7, 7**9) % 10
