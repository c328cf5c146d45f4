"""Answers with an integer of a million digits."""


def mean_row(x):
    print("the payload ran", flush=True)
    return [1 << 4_000_000] * len(x)


def best_row(x):
    return -(1 << 64)
