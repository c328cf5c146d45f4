"""Answers with a NumPy array subclass that hijacks every function and every comparison."""

import numpy as np


class Yes(np.ndarray):
    def __array_ufunc__(self, function, method, *inputs, **kwargs):
        return True

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __eq__(self, other):
        return True


def mean_row(x):
    print("the payload ran", flush=True)
    return np.full(len(x), 77.0).view(Yes)


def best_row(x):
    return np.int64(77)
