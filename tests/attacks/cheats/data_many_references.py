"""Answers with a small object that is a million lists when each reference is followed."""


def mean_row(x):
    one = [0.5]
    for _ in range(10):
        one = [one] * 10
    print("the payload ran", flush=True)
    return one
