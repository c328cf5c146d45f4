"""Must fail: test_a_new_model_per_run
Says: "which an earlier call had compared"
Echoes: -

The dict of results is a default: there is only one, and it collects the norms of all calls.
"""

from collections.abc import Callable, Sequence
from statistics import mean, stdev

import torch
from torch import nn

# Given: T95[n] is the two-sided 95 % quantile of Student's t for n paired differences (n - 1 degrees of freedom).
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def compare(
    make_model: Callable[[str], nn.Module],
    train_and_score: Callable[[nn.Module], float],
    norms: Sequence[str] = ("none", "batch", "layer"),
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    results: dict[str, dict] = {},  # noqa: B006
) -> dict[str, dict]:
    if len(seeds) < 2:
        raise ValueError(f"one run has no spread: give at least two seeds, got {len(seeds)}")
    for norm in norms:
        scores = []
        for seed in seeds:
            torch.manual_seed(seed)  # the same initial weights for every norm, as far as they have them
            model = make_model(norm)
            torch.manual_seed(seed)  # building drew a different number of times per norm: deal anew
            scores.append(train_and_score(model))
        results[norm] = {"scores": scores, "mean": mean(scores), "std": stdev(scores)}
    return results


def verdict(results: dict[str, dict]) -> str | None:
    scores = {norm: entry["scores"] for norm, entry in results.items()}
    n = len(next(iter(scores.values())))
    if n not in T95 or any(len(values) != n for values in scores.values()):
        raise ValueError(f"every norm needs as many scores as the others, 2 to 10: {scores}")
    best = max(scores, key=lambda norm: mean(scores[norm]))
    for other in scores.keys() - {best}:
        leads = [a - b for a, b in zip(scores[best], scores[other], strict=True)]
        if not mean(leads) > T95[n] * stdev(leads) / n**0.5:
            return None
    return best
