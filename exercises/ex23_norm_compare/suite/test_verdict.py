"""ex23, verdict: tables of scores whose leads lie well on one side of the border, drawn anew in each run."""

import numpy as np

from grader.suite import answers, points, same

# 97.5 % quantiles of Student's t with n - 1 degrees of freedom; NumPy has none.
QUANTILE = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


# ---- scenarios: run beside the learner's code and only report


def judge(module, results):
    return module.verdict(results)


def judge_some(module, counts, first):
    """The verdict on so and so many scores per norm, the first of which is `first`.

    >>> verdict({norm: {"scores": [first] * count, "mean": first, "std": 0.0} for norm, count in counts.items()})
    ...  # scores differ
    """
    results = {}
    for norm, count in counts.items():
        own = [first + 0.01 * (7 * i % 12) for i in range(count)]
        mean = sum(own) / max(count, 1)
        std = (sum((value - mean) ** 2 for value in own) / max(count - 1, 1)) ** 0.5
        results[norm] = {"scores": own, "mean": mean, "std": std}
    return module.verdict(results)


def judge_and_keep(module, results):
    return module.verdict(results), results


# ---- the examiner's side


def table(**scores):
    """What compare() returns for these scores."""
    made = {}
    for norm, values in scores.items():
        made[norm] = {
            "scores": [float(v) for v in values],
            "mean": float(np.mean(values)),
            "std": float(np.std(values, ddof=1)),
        }
    return made


def mixed(draw, results):
    """The same table with its norms in another order."""
    return {str(norm): results[norm] for norm in draw.permutation(list(results))}


def scatter(draw, n):
    """n numbers with mean 0 and sample standard deviation 1, none of them far out, in random order."""
    values = draw.permutation(np.linspace(-1, 1, n)) + draw.uniform(-0.2, 0.2, n)
    values = values - values.mean()
    return values / values.std(ddof=1)


def border(n, spread):
    """The lead that n differences with this standard deviation must pass."""
    return QUANTILE[n] * spread / n**0.5


def check(observe, cases):
    """Each case: in words, the table, the right verdict."""
    seen = answers(observe.each(judge, [(results,) for _, results, _ in cases]), len(cases))
    for (what, results, right), told in zip(cases, seen, strict=True):
        scores = "; ".join(f"{norm} {' '.join(f'{v:.3f}' for v in results[norm]['scores'])}" for norm in results)
        wanted = "no clear winner (None)" if right is None else f"the winner is {right!r}"
        hint = "For these numbers by hand: mean(d), std(d) with n - 1, and T95[n] * std(d) / sqrt(n), for every rival."
        what = f"{what}: {wanted} ({scores})" if len(scores) < 300 else f"{what}: {wanted}"
        same(told, right, what, hint=hint if told is None else "")


@points(3, hint="Subtract the other's score of the same seed first; mean and stdev are those of the n differences.")
def test_differences_are_taken_seed_by_seed(observe, draw):
    """A lead is measured seed by seed: the luck that two methods share cancels."""
    cases = []
    for n in (4, 5, 8):
        luck, own = draw.uniform(0.4, 0.6) + 0.1 * scatter(draw, n), 0.002 * scatter(draw, n)
        lead = border(n, 0.002) * draw.uniform(4, 5)
        steady = table(none=luck, batch=luck + lead + own)
        cases.append((f"all {n} seeds show about the same lead of {lead:.3f}", steady, "batch"))
        other = np.empty(n)  # the same numbers, paired with other seeds: high luck meets low luck
        other[np.argsort(luck)] = np.sort(luck)[::-1]
        unsure = table(batch=luck + lead + own, layer=other)
        cases.append((f"a mean lead of {lead:.3f}, but the {n} seeds disagree about it", unsure, None))
    luck, own = draw.uniform(0.4, 0.6) + 0.1 * scatter(draw, 5), 1e-4 * scatter(draw, 5)
    lead = border(5, 1e-4) * draw.uniform(3, 4)
    cases.append((f"all 5 seeds show a lead of about {lead:.5f}", table(none=luck, batch=luck + lead + own), "batch"))
    for leads, right in (([0.1] * 4 + [0.01] * 5, "batch"), ([0.05] * 6 + [-0.05] * 3, None)):  # mean and median differ
        d = draw.permutation(leads) + draw.uniform(-0.002, 0.002, 9)
        other = draw.uniform(0.4, 0.6, 9)
        what = f"9 differences of mean {d.mean():.4f}, margin {border(9, d.std(ddof=1)):.4f}"
        cases.append((what, table(layer=other, batch=other + d), right))
    other, d = draw.integers(10, 40, 4) / 64, draw.permutation([0, 0, 8, 8]) / 64
    cases.append(("two of 4 seeds show a lead of 0.125, two none at all", table(layer=other, batch=other + d), None))
    check(observe, cases)


@points(2, hint="The factor depends on n: T95[n], and the standard deviation of the differences divides by n − 1.")
def test_few_seeds_need_a_large_lead(observe, draw):
    """With few seeds the lead must be a larger multiple of its uncertainty."""
    cases = []
    for n in range(2, 11):
        spread, other = draw.uniform(0.01, 0.05), draw.uniform(0.2, 0.4)
        for ratio, right in ((draw.uniform(1.06, 1.2), "layer"), (draw.uniform(0.8, 0.94), None)):
            lead = border(n, spread) * ratio
            scores = table(layer=other + lead + spread * scatter(draw, n), none=np.full(n, other))
            if n % 2 and right:
                scores |= table(batch=np.full(n, other - 0.1))
            what = f"{n} seeds, mean lead {lead:.4f}, its standard deviation {spread:.4f}, margin {lead / ratio:.4f}"
            cases.append((what, mixed(draw, scores), right))
    check(observe, cases)


@points(2, hint="Compare the best with every other norm; one lead that is not clear is enough for None.")
def test_the_winner_beats_every_rival(observe, draw):
    """The winner's lead over every other norm is clear, not only over the second mean."""
    cases = []
    for n in (3, 6):
        level = draw.uniform(0.5, 0.6)
        best, second = np.full(n, level), level - 0.05 + 0.001 * scatter(draw, n)
        far = level - 0.2 - 0.01 * np.arange(n)
        wild = level - 0.1 + 0.4 * scatter(draw, n)  # its mean is the third, but it is unsure
        near = level - 0.001 + 0.05 * scatter(draw, n)
        cases += [
            ("the second is clearly behind, the third has the lowest mean but scatters widely",
             mixed(draw, table(batch=best, none=second, layer=wild)), None),
            ("all three rivals are clearly behind",
             mixed(draw, table(layer=best, none=second, batch=far, group=far - 0.1)), "layer"),
            ("the third is clearly behind, the second is not",
             mixed(draw, table(none=best, batch=near, layer=far)), None),
        ]  # fmt: skip
    check(observe, cases)


@points(1, hint="best is the norm with the highest mean, whichever comes first; negative scores are scores, too.")
def test_the_highest_mean_wins(observe, draw):
    """The winner is the norm with the highest mean, wherever it stands."""
    cases = []
    for shift, what in ((0.0, "scores above 0"), (-3.0, "negative scores")):
        for names in (("none", "batch", "layer"), ("layer", "none"), ("rms", "none", "group", "batch")):
            for place, winner in enumerate(names):
                levels = draw.permutation(np.linspace(0.2, 0.7, len(names)))
                top = int(np.argmax(levels))
                levels[place], levels[top] = levels[top], levels[place]
                n = int(draw.integers(3, 8))
                rows = {name: shift + v + 0.001 * scatter(draw, n) for name, v in zip(names, levels, strict=True)}
                cases.append((f"{what}, {winner} is far ahead of {len(names) - 1} others", table(**rows), winner))
    luck, level = np.linspace(-0.4, 0.4, 9), draw.uniform(0.4, 0.6)
    for worst, what in ((4, "median"), (8, "highest single score")):
        d = draw.uniform(0.045, 0.05, 9)
        d[worst] = -0.005
        order = draw.permutation(9)
        rows = table(none=(level + luck)[order], batch=(level + luck + d)[order])
        cases.append((f"batch has a clear lead in mean, though not in its {what}", rows, "batch"))
    luck, order = draw.uniform(-0.1, 0.1, 9), draw.permutation(9)
    few, many = np.repeat([0.002, -0.1, -0.1], [2, 3, 4]), np.repeat([-0.1, -0.1, 0.002], [2, 3, 4])
    rows = {"none": many, "batch": few, "layer": np.zeros(9)}
    rows = table(**{norm: level + luck + (d + draw.uniform(0, 0.0005, 9))[order] for norm, d in rows.items()})
    cases.append(
        ("layer has a clear lead in mean, though none is the first with more seeds", mixed(draw, rows), "layer")
    )
    check(observe, cases)


@points(1, hint="The lead must be larger than the margin; equal is not larger.")
def test_equal_scores(observe, draw):
    """Exactly equal is no win; the same lead with every seed is one."""
    cases = []
    for n in (2, 5, 10):
        scores = draw.integers(10, 40, n) / 64  # sums and differences of these are exact
        cases += [
            ("exactly equal", table(none=scores, batch=scores), None),
            ("the leaders are exactly equal", table(none=scores, batch=scores, layer=scores - 0.25), None),
            ("every seed shows a lead of 0.125", table(layer=scores, none=scores + 0.125), "none"),
        ]
    check(observe, cases)


@points(2, hint="Count the scores of every norm before anything is compared.")
def test_what_cannot_be_judged_is_refused(observe, draw):
    """verdict refuses unequal numbers of scores, fewer than 2 and more than 10."""
    first = round(draw.uniform(0.3, 0.5), 3)
    bad = [(3, 4), (5, 4), (4, 4, 3), (1, 1), (0, 0), (11, 11), (12, 12, 12)]
    good = [(2, 2), (10, 10), (3, 3, 3)]
    observe.refuses(
        judge_some,
        bad=[(dict(zip(("none", "batch", "layer"), counts, strict=False)), first) for counts in bad],
        good=[(dict(zip(("none", "batch", "layer"), counts, strict=False)), first) for counts in good],
        error=ValueError,
        what="verdict() on these numbers of scores per norm, the first of them",
    )


@points(1, hint="Sort and change copies only.")
def test_results_stay_as_they_are(observe, draw):
    """verdict names the winner and leaves `results` as it was."""
    luck = draw.uniform(0.3, 0.6, 5)
    given = table(none=luck, batch=luck + 0.2 + 0.001 * scatter(draw, 5), layer=luck - 0.1)
    winner, after = answers(observe(judge_and_keep, given), 2)
    same(winner, "batch", "every seed shows a lead of about 0.2 over none and 0.3 over layer")
    same(after, given, "verdict() changed `results`")
    same(list(after), list(given), "verdict() changed the order of `results`")
