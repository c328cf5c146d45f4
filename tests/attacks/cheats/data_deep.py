"""Answers with a list that is a hundred thousand lists deep."""


def mean_row(x):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    print("the payload ran", flush=True)
    return deep
