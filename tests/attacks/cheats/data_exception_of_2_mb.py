"""Raises an exception with a text of two megabytes, made to keep regular expressions busy."""


def mean_row(x):
    print("the payload ran", flush=True)
    raise ValueError("cuda " * 400_000)


def best_row(x):
    raise RuntimeError("\n" * 2_000_000)
