"""Sums by hand; the state of the generator is saved per seed and put back; every pair of norms gets its t value."""

import math
from collections import OrderedDict
from types import MappingProxyType

import numpy
import torch

T95 = MappingProxyType({2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262})


class TooFewSeeds(ValueError):
    pass


def _moments(values):
    n = len(values)
    middle = math.fsum(values) / n
    return middle, math.sqrt(math.fsum((v - middle) ** 2 for v in values) / (n - 1))


def compare(make_model, train_and_score, norms=("none", "batch", "layer"), seeds=(0, 1, 2, 3, 4)):
    if not len(seeds) >= 2:
        raise TooFewSeeds("more, please")
    states = [torch.Generator().manual_seed(seed).get_state() for seed in seeds]
    results = OrderedDict((norm, {"seeds": tuple(seeds), "scores": []}) for norm in norms)
    for place, _ in enumerate(seeds):
        for norm, entry in results.items():
            torch.set_rng_state(states[place])
            model = make_model(norm)
            torch.set_rng_state(states[place])
            entry["scores"].append(numpy.float64(train_and_score(model)))
    for entry in results.values():
        entry["mean"], entry["std"] = _moments(entry["scores"])
    return results


def verdict(results):
    def beats(a, b):
        first, second = results[a]["scores"], results[b]["scores"]
        if len(first) != len(second) or len(first) not in T95:
            raise ValueError(f"{a} has {len(first)} scores, {b} has {len(second)}")
        middle, spread = _moments([x - y for x, y in zip(first, second, strict=True)])
        return middle * math.sqrt(len(first)) > T95[len(first)] * spread

    wins = {a: [beats(a, b) for b in results if b != a] for a in results}
    return next((a for a, won in wins.items() if all(won)), None)
