"""Loops over the seeds first, isolates the generator, and does the statistics with torch."""

import torch


def _dealt(seed, act, *args):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1000 + 17 * int(seed))
        return act(*args)


def compare(make_model, train_and_score, norms=("none", "batch", "layer"), seeds=(0, 1, 2)):
    seeds = list(seeds)
    if len(seeds) <= 1:
        raise ValueError("need two seeds")
    scores = {norm: [] for norm in norms}
    for seed in seeds:
        for norm in reversed(list(norms)):
            scores[norm].append(float(_dealt(seed, train_and_score, _dealt(seed + 1, make_model, norm))))
    table = {norm: torch.tensor(values, dtype=torch.float64) for norm, values in scores.items()}
    return {
        norm: {"scores": scores[norm], "mean": t.mean().item(), "std": t.std().item(), "n": len(seeds)}
        for norm, t in table.items()
    }


def verdict(results):
    best = max(results, key=lambda k: results[k]["mean"])
    others = {k: v for k, v in results.items() if k != best}
    second = max(others, key=lambda k: others[k]["mean"])
    a, b = results[best], results[second]
    error2 = (a["std"] ** 2 + b["std"] ** 2) / len(a["scores"])
    lead = a["mean"] - b["mean"]
    return best if lead > 0 and lead**2 > 4 * error2 else None
