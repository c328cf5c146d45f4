"""Must fail: test_same_luck_in_building, test_same_luck_in_training
Says: "every seed must deal anew"
Echoes: -

Halves the seeds, so that neighbors share their luck.
"""

import math
import statistics
from collections.abc import Callable, Sequence

import torch
from torch import nn

# Given: T95[n] is the two-sided 95 % quantile of Student's t for n paired differences (n - 1 degrees of freedom).
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def compare(make_model, train_and_score, norms=("none", "batch", "layer"), seeds=(0, 1, 2, 3, 4)):
    if len(seeds) < 2:
        raise ValueError("at least two seeds, one run has no spread")
    results = {}
    for norm in norms:
        scores = []
        for seed in seeds:
            seed = seed // 2
            torch.manual_seed(seed)
            model = make_model(norm)
            torch.manual_seed(seed)
            scores.append(float(train_and_score(model)))
        results[norm] = {"scores": scores, "mean": statistics.mean(scores), "std": statistics.stdev(scores)}
    return results


def verdict(results):
    lengths = {len(entry["scores"]) for entry in results.values()}
    if len(lengths) != 1:
        raise ValueError("the norms have unequal numbers of scores")
    n = lengths.pop()
    if not 2 <= n <= 10:
        raise ValueError(f"between 2 and 10 scores are needed, got {n}")
    best = max(results, key=lambda norm: statistics.mean(results[norm]["scores"]))
    for other in results:
        if other == best:
            continue
        d = [a - b for a, b in zip(results[best]["scores"], results[other]["scores"])]
        if not statistics.mean(d) > T95[n] * statistics.stdev(d) / math.sqrt(n):
            return None
    return best
