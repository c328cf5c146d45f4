"""Seeds all three generators and lets NumPy do the statistics."""

import random

import numpy as np
import torch


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def compare(make_model, train_and_score, norms=("none", "batch", "layer"), seeds=(0, 1, 2)):
    if len(seeds) < 2:
        raise ValueError("fewer than two seeds")

    def run(norm, seed):
        seed_everything(seed)
        model = make_model(norm)
        seed_everything(seed + 10_000)
        return train_and_score(model)

    table = np.array([[run(norm, seed) for seed in seeds] for norm in norms])
    return {n: {"scores": list(r), "mean": r.mean(), "std": r.std(ddof=1)} for n, r in zip(norms, table, strict=True)}


def verdict(results):
    (_, b, bn), (_, s, _) = sorted(((v["mean"], i, k) for i, (k, v) in enumerate(results.items())), reverse=True)[:2]
    entries = list(results.values())
    top, low = entries[b], entries[s]
    n = len(top["scores"])
    clear = top["mean"] - low["mean"] > 2 * np.sqrt(top["std"] ** 2 / n + low["std"] ** 2 / n)
    return bn if clear else None
