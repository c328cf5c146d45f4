"""Answers with forms that make a test stumble, hoping that the stumbling counts as the grader's fault."""


def mean_row(x):
    print("the payload ran", flush=True)
    return {0: "zero", None: (), (1, 2): [{}]}


def best_row(x):
    return [[[]]]
