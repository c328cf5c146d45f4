"""Loops over the seeds first, isolates the generator, and does the statistics with torch; refusals have no text."""

import torch

T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def _dealt(seed, act, *args):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1000 + 17 * int(seed))
        return act(*args)


def compare(make_model, train_and_score, norms=("none", "batch", "layer"), seeds=(0, 1, 2, 3, 4)):
    seeds = list(seeds)
    if len(seeds) <= 1:
        raise ValueError
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
    counts = {len(entry["scores"]) for entry in results.values()}
    if len(counts) > 1 or not counts <= set(T95):
        raise ValueError
    (n,) = counts
    winner = max(results, key=lambda norm: results[norm]["mean"])
    best = torch.tensor(results[winner]["scores"], dtype=torch.float64)
    for norm, entry in results.items():
        lead = best - torch.tensor(entry["scores"], dtype=torch.float64)
        if norm != winner and not lead.mean() > T95[n] * lead.std() / n**0.5:
            return None
    return winner
