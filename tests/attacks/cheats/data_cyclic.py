"""Answers with a list that holds itself, and a dict that holds itself as its value."""


def mean_row(x):
    loop = []
    loop.append(loop)
    print("the payload ran", flush=True)
    return loop


def best_row(x):
    loop = {}
    loop["self"] = loop
    return loop
