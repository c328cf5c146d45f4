"""Answers with a million numbers in a list."""


def mean_row(x):
    print("the payload ran", flush=True)
    return [0.5] * 1_000_000


def best_row(x):
    return {number: number for number in range(500_000)}
