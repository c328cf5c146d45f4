"""Must fail: test_too_few_seeds
Says: "must raise ValueError"
Echoes: -

One run gets a spread of zero.
"""

from collections.abc import Callable, Sequence
from statistics import mean, stdev

import torch
from torch import nn


def compare(
    make_model: Callable[[str], nn.Module],
    train_and_score: Callable[[nn.Module], float],
    norms: Sequence[str] = ("none", "batch", "layer"),
    seeds: Sequence[int] = (0, 1, 2),
) -> dict[str, dict]:
    if len(seeds) < 1:
        raise ValueError(f"one run has no spread: give at least two seeds, got {len(seeds)}")
    results = {}
    for norm in norms:
        scores = []
        for seed in seeds:
            torch.manual_seed(seed)  # the same initial weights for every norm, as far as they have them
            model = make_model(norm)
            torch.manual_seed(seed)  # building drew a different number of times per norm: deal anew
            scores.append(train_and_score(model))
        results[norm] = {"scores": scores, "mean": mean(scores), "std": stdev(scores) if len(scores) > 1 else 0.0}
    return results


def verdict(results: dict[str, dict]) -> str | None:
    ranking = sorted(results, key=lambda norm: results[norm]["mean"], reverse=True)
    best, second = results[ranking[0]], results[ranking[1]]
    n = len(best["scores"])
    margin = 2 * (best["std"] ** 2 / n + second["std"] ** 2 / n) ** 0.5
    return ranking[0] if best["mean"] - second["mean"] > margin else None
