"""Answers with NumPy arrays of objects, records, texts and dates."""

import numpy as np


def mean_row(x):
    print("the payload ran", flush=True)
    return np.array([mean_row, {}, [1]], dtype=object)


def best_row(x):
    records = np.zeros(3, dtype=[("a", "i4"), ("b", object)])
    return [records, np.array(["text"]), np.array(["2020-01-01"], dtype="M8[D]"), np.longdouble(1)]
