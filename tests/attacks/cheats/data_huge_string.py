"""Answers with a string of 100 MB, and one of half characters."""


def mean_row(x):
    print("the payload ran", flush=True)
    return "x" * (100 << 20)


def best_row(x):
    return "\ud800\udfff\ud800" * 1000
