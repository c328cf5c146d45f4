"""ex23: a make-believe trainer whose score is made of the luck it was dealt, so the scores tell who got what."""

import math

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, points, same

NORMS = ("none", "batch", "layer")


# ---- scenarios: run beside the learner's code and only report


class Player(nn.Module):
    """A model that remembers what it was built as, with which luck, and how often it was trained."""

    def __init__(self, norm, luck):
        super().__init__()
        self.norm, self.luck, self.trained = norm, luck, 0


def race(module, skill, built, trained, norms, seeds, given=True):
    """compare() on a trainer: score = skill[norm] + built * luck while building + trained * luck while training.

    A model that is trained again scores 100 more each time. The norms draw different amounts of random numbers.
    """
    scored = []

    def make_model(norm):
        player = Player(norm, torch.rand(()).item())
        torch.rand(3 + 2 * len(norm))
        return player

    def train_and_score(player):
        luck = torch.rand(()).item()
        torch.rand(5 + 3 * len(player.norm))
        score = skill[player.norm] + built * player.luck + trained * luck + 100.0 * player.trained
        player.trained += 1
        scored.append([player.norm, score])
        return score

    results = (
        module.compare(make_model, train_and_score, norms, seeds)
        if given
        else module.compare(make_model, train_and_score)
    )
    return results, scored


def count_seeds(module, seeds):
    module.compare(lambda norm: nn.Linear(1, 1), lambda model: torch.rand(()).item(), ("none", "batch"), seeds)


def judge(module, results):
    return module.verdict(results)


# ---- the examiner's side


def skills(draw, norms=NORMS):
    return {norm: float(value) for norm, value in zip(norms, draw.uniform(0.2, 0.9, len(norms)), strict=True)}


def scores_of(results, norms, count):
    """Per norm the list of scores, after a look at its form."""
    assert isinstance(results, dict), f"compare() must return a dict with one entry per norm, saw {results!r}"
    missing = [norm for norm in norms if norm not in results]
    assert not missing, f"compare() returned no entry for {', '.join(missing)}"
    found = {}
    for norm in norms:
        entry = results[norm]
        assert isinstance(entry, dict) and "scores" in entry, f"{norm}: the entry has no list of scores"
        found[norm] = np.asarray(answers(entry["scores"], count), dtype=float)
        assert np.isfinite(found[norm]).all(), f"{norm}: the scores are {entry['scores']}"
    return found


def distinct(values):
    return len({round(float(v), 9) for v in values}) == len(values)


@points(2, hint="Two loops: over the norms and over the seeds; append every score.")
def test_every_norm_sees_every_seed(observe, draw):
    """Every norm sees every seed once, scores in seed order."""
    skill = skills(draw)
    for norms, seeds, given in ((NORMS, (0, 1, 2), False), (("layer", "none"), (7, 3, 11, 5), True)):
        results, scored = answers(observe(race, skill, 0.3, 0.5, norms, seeds, given), 2)
        found = scores_of(results, norms, len(seeds))
        for norm in norms:
            told = [score for name, score in answers(scored, len(norms) * len(seeds)) if name == norm]
            close(np.sort(found[norm]), np.sort(told), f"{norm}: the scores are not what train_and_score returned")
            assert (found[norm] >= skill[norm]).all(), f"{norm}: no run can score below {skill[norm]:.3f}"
            assert distinct(found[norm]), (
                f"{norm}: different seeds must give different luck, but the scores are {list(found[norm])}"
            )
    seeds, turned = (4, 9, 2), (2, 4, 9)
    one = scores_of(answers(observe(race, skill, 0.3, 0.5, NORMS, seeds), 2)[0], NORMS, 3)
    two = scores_of(answers(observe(race, skill, 0.3, 0.5, NORMS, turned), 2)[0], NORMS, 3)
    for norm in NORMS:
        close(
            two[norm],
            one[norm][[2, 0, 1]],
            f"{norm}: seeds {seeds} and then seeds {turned}; the scores do not follow the seeds",
        )


@points(3, hint="Building a model uses up random numbers, and each norm uses up another amount: when must you seed?")
def test_same_seed_same_luck(observe, draw):
    """With the same seed every norm has the same luck, in building and in training."""
    skill = skills(draw)
    for built, trained, when in ((1.0, 0.0, "make_model"), (0.0, 1.0, "train_and_score")):
        seeds = tuple(int(s) for s in draw.choice(1000, 3, replace=False))
        results, _ = answers(observe(race, skill, built, trained, NORMS, seeds), 2)
        found = scores_of(results, NORMS, 3)
        luck = {norm: found[norm] - skill[norm] for norm in NORMS}
        assert distinct(luck["none"]), (
            f"seeds {seeds}: the luck inside {when} is {list(luck['none'])}; every seed must deal anew"
        )
        for norm in ("batch", "layer"):
            first = next((i for i in range(3) if abs(luck[norm][i] - luck["none"][i]) > 1e-6), None)
            assert first is None, (
                f"seed {seeds[first]}: {norm} got other luck than none: the first random number inside {when} "
                f"was {luck[norm][first]:.4f} for {norm} and {luck['none'][first]:.4f} for none"
            )


@points(1, hint="Call make_model inside the inner loop.")
def test_a_new_model_per_run(observe, draw):
    """Every run starts with a new model."""
    skill = skills(draw)
    results, _ = answers(observe(race, skill, 0.3, 0.5, NORMS, (0, 1, 2)), 2)
    for norm, scores in scores_of(results, NORMS, 3).items():
        rest = scores - skill[norm]
        run = next((i for i in range(3) if not 0 <= rest[i] < 50), None)
        assert run is None, f"{norm}, run {run + 1}: the model was trained before; make a new model for every run"


@points(2, hint="The sample standard deviation divides by n − 1.")
def test_mean_and_spread(observe, draw):
    """Mean and sample standard deviation are right."""
    for seeds in ((0, 1), (0, 1, 2, 3, 4)):
        results, _ = answers(observe(race, skills(draw), 0.3, 0.5, NORMS, seeds), 2)
        for norm, scores in scores_of(results, NORMS, len(seeds)).items():
            n, best = len(seeds), scores.max()
            assert distinct(scores), f"{norm}: different seeds must give different luck, saw {list(scores)}"
            what = f"{norm}, {n} seeds"
            mean, std = results[norm].get("mean"), results[norm].get("std")
            extra = " (that is the best score)" if isinstance(mean, float) and abs(mean - best) < 1e-9 else ""
            close(mean, float(scores.mean()), f"{what}: mean{extra}", rtol=1e-5)
            wrong = isinstance(std, float) and abs(std - scores.std()) < 1e-7
            close(
                std,
                float(scores.std(ddof=1)),
                f"{what}: std{' (you divided by n, spread too small)' if wrong else ''}",
                rtol=1e-5,
            )


def entry(mean, std, n):
    """Scores with exactly this mean and (sample) standard deviation."""
    base = np.arange(n) - (n - 1) / 2
    scores = mean + std * base / base.std(ddof=1)
    return {"scores": [float(s) for s in scores], "mean": float(mean), "std": float(std)}


TOLD = {
    "a clear lead": ({"none": (0.80, 0.01), "batch": (0.95, 0.01), "layer": (0.70, 0.01)}, 3, "batch"),
    ".90 ± .02 against .91 ± .02": ({"batch": (0.90, 0.02), "layer": (0.91, 0.02)}, 3, None),
    "two equal leaders far ahead of the third": (
        {"none": (0.10, 0.01), "batch": (0.90, 0.01), "layer": (0.90, 0.01)},
        3,
        None,
    ),
    "exactly equal, no spread at all": ({"none": (0.5, 0.0), "batch": (0.5, 0.0)}, 4, None),
    "no spread, but a lead": ({"none": (0.5, 0.0), "layer": (0.6, 0.0)}, 4, "layer"),
    "the leader is steady, the second is not": ({"none": (0.80, 0.001), "layer": (0.70, 0.20)}, 3, None),
    "the second is steady, the leader is not": ({"none": (0.80, 0.20), "layer": (0.70, 0.001)}, 3, None),
    "30 seeds make a small lead clear": ({"none": (0.90, 0.02), "layer": (0.92, 0.02)}, 30, "layer"),
    "negative scores": ({"none": (-0.90, 0.01), "layer": (-0.50, 0.01)}, 3, "layer"),
}


@points(3, hint="m1 − m2 > 2·sqrt(s1²/n + s2²/n), between the best and the second best.")
def test_verdict(observe, draw):
    """The verdict names a winner only if the lead is clear."""
    cases = [
        (what, {k: entry(m, s, n) for k, (m, s) in norms.items()}, right) for what, (norms, n, right) in TOLD.items()
    ]
    for _ in range(12):  # random tables, each well away from the border
        n, clear = int(draw.integers(2, 9)), bool(draw.integers(2))
        s1, s2, s3 = draw.uniform(0.01, 0.1, 3)
        border = 2 * math.sqrt(s1**2 / n + s2**2 / n)
        best = float(draw.uniform(0.4, 0.6))
        second = best - border * float(draw.uniform(1.15, 1.6) if clear else draw.uniform(0.5, 0.85))
        table = {
            "x": entry(best, s1, n),
            "y": entry(second, s2, n),
            "z": entry(second - float(draw.uniform(0.3, 0.6)), s3, n),
        }
        names = [str(name) for name in draw.permutation(list(table))]
        said = f"{best:.3f} ± {s1:.3f} against {second:.3f} ± {s2:.3f} with n = {n}"
        cases.append((said, {name: table[name] for name in names}, "x" if clear else None))
    seen = answers(observe.each(judge, [(results,) for _, results, _ in cases]), len(cases))
    for (what, _, right), told in zip(cases, seen, strict=True):
        said = "no clear winner (None)" if right is None else f"{right!r}"
        same(told, right, f"{what}: the verdict is {said}")


@points(1, hint="One run has no spread.")
def test_too_few_seeds(observe, draw):
    """Fewer than two seeds are refused."""
    observe.refuses(
        count_seeds,
        bad=[((),), ((3,),)],
        good=[((0, 1),), ((5, 2, 8),)],
        error=ValueError,
        what="compare() with these seeds",
    )
    skill = skills(draw)
    results, _ = answers(observe(race, skill, 0.0, 0.0, NORMS, (0, 1)), 2)
    for norm, scores in scores_of(results, NORMS, 2).items():
        close(scores, np.full(2, skill[norm]), f"{norm}: scores of two seeds without any luck")
