"""Answers with dicts whose keys are NaN, tuples, arrays and each other's equals."""

import numpy as np
import torch


def mean_row(x):
    print("the payload ran", flush=True)
    return {float("nan"): 1, (1, (2,)): 2, True: 3, 1.5: 4, None: 5, frozenset([1]): 6, torch.ones(2): 7}


def best_row(x):
    return {np.int64(1): 1, 1.0: 2, b"1": 3, "1": 4, type: 5}
