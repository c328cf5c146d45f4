"""Raises exceptions with a text that is a lying string, a class without a name and a chain without an end."""


class Every(str):
    def __getitem__(self, key):
        return 7


class Lies(Exception):
    def __str__(self):
        return Every("refused")


Lies.__module__ = None
Lies.__qualname__ = "ValueError" * 10_000


def mean_row(x):
    print("the payload ran", flush=True)
    raise Lies


def best_row(x):
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one
    raise one
