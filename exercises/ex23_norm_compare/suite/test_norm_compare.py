"""ex23, compare: the score of a make-believe trainer is made of the luck it was dealt, and so tells who got what."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, points

NORMS = ("none", "batch", "layer")


# ---- scenarios: run beside the learner's code and only report


class Player(nn.Module):
    """A model that remembers what it was built as, with which luck, and how often it was trained."""

    def __init__(self, norm, luck):
        super().__init__()
        self.norm, self.luck, self.trained = norm, luck, 0


def race(module, skill, built, trained, *chosen):
    """compare() on a trainer: score = skill[norm] + built * luck while building + trained * luck while training.

    The norms draw different amounts of random numbers. `chosen`: norms and seeds, or nothing.

    >>> compare(lambda norm: norm, lambda model: skill[model] + torch.rand(()).item(), *chosen)
    ...  # luck is drawn otherwise
    """

    def make_model(norm):
        player = Player(norm, torch.rand(()).item())
        torch.rand(3 + 2 * len(norm))
        return player

    def train_and_score(player):
        luck = torch.rand(()).item()
        torch.rand(5 + 3 * len(player.norm))
        return skill[player.norm] + built * player.luck + trained * luck

    return module.compare(make_model, train_and_score, *chosen)


def pay(module, prizes, again, **chosen):
    """compare() on a trainer that pays the next prize, plus `again` for each time this model was trained before.

    Comes back with what was paid, in the order of the calls: [norm, score, whether gradients were on].

    >>> compare(lambda norm: norm, lambda model: prizes[0], **chosen)  # the prizes come one after the other
    """
    paid = []

    def train_and_score(player):
        score = prizes[len(paid) % len(prizes)] + again * player.trained
        player.trained += 1
        paid.append([player.norm, score, torch.is_grad_enabled()])
        return score

    return module.compare(lambda norm: Player(norm, 0.0), train_and_score, **chosen), paid


def pay_twice(module, prizes, again, **chosen):
    """A comparison twice in a row, what each returned and how often it trained; then the names in one of "gelu".

    >>> compare(lambda norm: norm, lambda model: prizes[0], **chosen)  # the prizes come one after the other
    """
    one, paid = pay(module, prizes, again, **chosen)
    two, paid_then = pay(module, prizes, again, **chosen)
    other, _ = pay(module, prizes, again, **{**chosen, "norms": ("gelu",)})
    return [one, len(paid)], [two, len(paid_then)], [str(norm) for norm in other]


def some_seeds(module, seeds, prizes):
    left = prizes.tolist()
    return module.compare(lambda name: nn.Linear(1, 1), lambda model: left.pop(), ("none", "batch"), seeds)


# ---- the examiner's side


def skills(draw, norms=NORMS):
    return {norm: float(value) for norm, value in zip(norms, draw.uniform(0.2, 0.9, len(norms)), strict=True)}


def prizes(draw, count=40):
    """Different scores."""
    return [float(v) for v in draw.permutation(count) / count + draw.uniform(0.1, 0.11)]


def seeds_of(draw, count):
    return tuple(int(s) for s in draw.choice(1000, count, replace=False))


def near_and_far(draw):
    """Four different seeds, neighbors and some far apart, in random order."""
    first = 2 * int(draw.integers(0, 400))
    return tuple(int(s) for s in draw.permutation([first, first + 1, first + 1000, first + 65536]))


def entry_of(results, norm):
    assert isinstance(results, dict), f"compare() must return a dict with one entry per norm, saw {results!r}"
    assert norm in results, f"compare() returned no entry for {norm!r}, only for {', '.join(map(repr, results))}"
    assert isinstance(results[norm], dict), f"{norm}: the entry must be a dict, saw {results[norm]!r}"
    return results[norm]


def scores_of(results, norms, count):
    """Per norm the scores as an array, after a look at their form."""
    found = {}
    for norm in norms:
        entry = entry_of(results, norm)
        assert "scores" in entry, f"{norm}: the entry has no 'scores'"
        scores = entry["scores"]
        scores = list(scores) if isinstance(scores, np.ndarray) and scores.ndim == 1 else scores
        numbers = [float(np.asarray(s).item()) for s in answers(scores, count)]
        assert np.isfinite(numbers).all(), f"{norm}: the scores are {numbers}"
        found[norm] = np.array(numbers)
    return found


def told(numbers):
    return ", ".join(f"{v:.4f}" for v in numbers)


def distinct(values):
    return len({round(float(v), 9) for v in values}) == len(values)


@points(2, hint="Two loops: over the norms and over the seeds; append every score.")
def test_every_norm_sees_every_seed(observe, draw):
    """Every norm is trained once per seed, and all its scores are returned."""
    for chosen, norms, count in (
        ({"norms": ("layer", "none"), "seeds": seeds_of(draw, 4)}, ("layer", "none"), 4),
        ({"norms": ("gelu",), "seeds": list(seeds_of(draw, 2))}, ("gelu",), 2),
        ({}, NORMS, 5),
    ):
        worth = prizes(draw)
        results, paid = answers(observe(pay, worth, 0.0, **chosen), 2)
        asked = f"norms {', '.join(norms)} and {count} seeds{'' if chosen else ' (the default)'}"
        assert len(paid) == len(norms) * count, (
            f"{asked}: train_and_score must be called {len(norms) * count} times, it was called {len(paid)} times"
        )
        assert all(on for _, _, on in paid), (
            "train_and_score was called with gradients off: it could not train anything"
        )
        close([score for _, score, _ in paid], worth[: len(paid)], "what train_and_score returned")
        found = scores_of(results, norms, count)
        for norm in norms:
            own = [score for name, score, _ in paid if name == norm]
            assert len(own) == count, f"{asked}: {norm} was trained {len(own)} times"
            close(np.sort(found[norm]), np.sort(own), f"{norm}: the scores are not those train_and_score returned")


@points(1, hint="Append each score where its seed stands, and seed with the seed itself, not with its place.")
def test_scores_stand_in_seed_order(observe, draw):
    """The scores stand in the order of the seeds, and a seed gives the same score wherever it stands."""
    skill, seeds = skills(draw), seeds_of(draw, 4)
    order = [2, 0, 1, 3]
    turned = tuple(seeds[i] for i in order)
    one = scores_of(observe(race, skill, 0.0, 0.5, NORMS, seeds), NORMS, 4)
    two = scores_of(observe(race, skill, 0.0, 0.5, NORMS, turned), NORMS, 4)
    for norm in NORMS:
        assert (one[norm] >= skill[norm]).all(), f"{norm}: no run scores below {skill[norm]:.3f}, saw {told(one[norm])}"
        assert distinct(one[norm]), f"{norm}: different seeds must give different luck, saw scores {told(one[norm])}"
        assert np.allclose(two[norm], one[norm][order], atol=1e-6), (
            f"{norm}: seeds {seeds} scored {told(one[norm])} and seeds {turned} scored {told(two[norm])}:"
            " the scores do not follow the seeds"
        )
    usual = scores_of(observe(race, skill, 0.0, 0.5), NORMS, 5)
    told_so = scores_of(observe(race, skill, 0.0, 0.5, NORMS, (0, 1, 2, 3, 4)), NORMS, 5)
    for norm in NORMS:
        what = f"{norm}: scores without `norms` and `seeds`, whose default is (0, 1, 2, 3, 4)"
        if np.allclose(usual[norm][1:], told_so[norm][1:], atol=1e-6) and abs(usual[norm][0] - told_so[norm][0]) > 1e-6:
            what = f"{norm}: scores of seeds 0 to 4 in two calls, where seed 0 alone had new luck: it is a seed, too"
        close(usual[norm], told_so[norm], what)


def check_luck(observe, draw, built, trained, when):
    """The luck of the first draw inside `when` is the same for all norms under one seed, and new under another."""
    skill, seeds = skills(draw), near_and_far(draw)
    found = scores_of(observe(race, skill, built, trained, NORMS, seeds), NORMS, 4)
    luck = {norm: found[norm] - skill[norm] for norm in NORMS}
    for norm in NORMS:
        assert distinct(luck[norm]), (
            f"{norm}, seeds {seeds}: the first random numbers inside {when} are {told(luck[norm])};"
            " every seed must deal anew"
        )
    for norm in ("batch", "layer"):
        first = next((i for i in range(4) if abs(luck[norm][i] - luck["none"][i]) > 1e-6), None)
        pairs = [(a, b) for a in range(4) for b in range(4) if abs(luck[norm][a] - luck["none"][b]) < 1e-6]
        moved = (
            f": under seed {seeds[pairs[0][0]]} {norm} had that of none under seed {seeds[pairs[0][1]]}"
            if pairs
            else ""
        )
        assert first is None, (
            f"seed {seeds[first]}: {norm} got other luck than none{moved}: the first random number inside {when} was"
            f" {luck[norm][first]:.4f} for {norm} and {luck['none'][first]:.4f} for none"
        )


@points(2, hint="Seed right before each call of make_model, with the seed itself: neither norm nor place plays a part.")
def test_same_luck_in_building(observe, draw):
    """With the same seed every norm's model is built with the same luck."""
    check_luck(observe, draw, 1.0, 0.0, "make_model")


@points(2, hint="Building a model uses up random numbers, and each norm uses up another amount: seed again after it.")
def test_same_luck_in_training(observe, draw):
    """With the same seed every norm is trained with the same luck."""
    check_luck(observe, draw, 0.0, 1.0, "train_and_score")


@points(1, hint="Call make_model inside the inner loop.")
def test_a_new_model_per_run(observe, draw):
    """Every run starts with a new model."""
    worth = prizes(draw)
    first, second, names = answers(observe(pay_twice, worth, 100.0, norms=NORMS, seeds=seeds_of(draw, 3)), 3)
    for call, which in ((first, ""), (second, "the same comparison a second time, ")):
        results, runs = answers(call, 2)
        assert runs == 9, f"{which}3 norms and 3 seeds: 9 models must be trained, {runs} were"
        for norm, scores in scores_of(results, NORMS, 3).items():
            run = next((i for i in range(3) if scores[i] > max(worth)), None)
            assert run is None, (
                f"{which}{norm}, run {run + 1}: the model was trained before; make a new model for every run"
            )
            assert (scores >= min(worth)).all(), f"{norm}: the scores {told(scores)} are not those of train_and_score"
    older = ", ".join(norm for norm in NORMS if norm in names)
    assert not older, f"a comparison of gelu alone has entries for {older}, which an earlier call had compared"


def check_number(observe, draw, key, right, slips):
    """One number of each entry, from the scores beside it; `slips` has other numbers that may stand there, by name:
    a function of the scores, and a hint.
    """
    for count in (5, 2):
        worth = prizes(draw)
        results, _ = answers(observe(pay, worth, 0.0, norms=NORMS, seeds=seeds_of(draw, count)), 2)
        for norm, scores in scores_of(results, NORMS, count).items():
            paid = all(np.isclose(worth, score).any() for score in scores)
            assert paid, f"{norm}: the scores {told(scores)} are not those train_and_score returned"
            what = f"{norm}, {count} scores {told(scores)}: {key}"
            assert key in entry_of(results, norm), f"{norm}: the entry has no {key!r}"
            seen = results[norm][key]
            number = isinstance(seen, (float, np.ndarray)) and np.size(seen) == 1
            named = [
                (f" (that is {name})", hint)
                for name, (slip, hint) in slips.items()
                if number and abs(np.sum(seen) - slip(scores)) < 1e-7
            ]
            words, hint = named[0] if len(named) == 1 else ("", "")
            close(seen, float(right(scores)), what + words, rtol=1e-5, atol=1e-7, hint=hint)


@points(1, hint="The sum of all scores by their number.")
def test_mean(observe, draw):
    """The mean is that of all scores."""
    slips = {"the best score": (np.max, ""), "the median": (np.median, "")}
    check_number(observe, draw, "mean", np.mean, slips)


@points(1, hint="It is that of a sample, of the scores that stand beside it.")
def test_std(observe, draw):
    """The standard deviation is that of a sample."""
    slips = {
        "what you get by dividing by n; the spread is too small": (np.std, "That of a sample divides by n − 1."),
        "the variance, without the root": (lambda s: s.var(ddof=1), "Take the square root."),
        "the standard error, already divided by the root of n": (
            lambda s: s.std(ddof=1) / len(s) ** 0.5,
            "How far scores lie apart, not how far their mean may be off.",
        ),
    }
    check_number(observe, draw, "std", lambda s: s.std(ddof=1), slips)


@points(1, hint="One run has no spread.")
def test_too_few_seeds(observe, draw):
    """compare refuses fewer than two seeds, and takes two."""
    worth = np.array(prizes(draw))
    observe.refuses(
        some_seeds,
        bad=[((), worth), ((3,), worth)],
        good=[((0, 1), worth), ((5, 2, 8), worth), (tuple(range(12)), worth)],
        error=ValueError,
        what="compare() with these seeds",
    )
    found = scores_of(observe(some_seeds, seeds_of(draw, 2), worth), ("none", "batch"), 2)
    close(np.sort(np.concatenate(list(found.values()))), np.sort(worth[-4:]), "the scores of two norms and two seeds")
