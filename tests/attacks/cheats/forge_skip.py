"""Raises what pytest raises to skip a test, and what a user raises to stop the grader."""


class Skipped(BaseException):
    allow_module_level = True


Skipped.__module__ = "_pytest.outcomes"
XFailed = type("XFailed", (Skipped,), {"__module__": "_pytest.outcomes"})


def mean_row(x):
    print("the payload ran", flush=True)
    raise Skipped("not today")


def best_row(x):
    raise KeyboardInterrupt
