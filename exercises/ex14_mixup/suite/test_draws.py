"""ex14, the draws of mixup: who is blended with whom in many calls, and how the weights are spread."""

import math

import numpy as np
from blends import N, lit, mix, mix_without_gradients, pairs, pictures, pixel_weights

from grader.suite import answers, between, may_fail, one_hot, points, require, shaped


def everybody_is_blended(mixed, order, what):
    """Weights are drawn anew, in time every image (but one of an odd batch) is blended and the partner of another."""
    n = len(order)
    weights = pixel_weights(mixed, order, what)
    own = np.diagonal(weights, axis1=1, axis2=2)
    kinds = len(np.unique(own[own < 0.999].round(5)))
    told = f"60 calls used {kinds} different weight{'s' * (kinds != 1)}: draw weights anew in each call"
    require(kinds >= 30 or n < N, told)  # a batch of two may be left alone in half of the calls
    present = np.abs(weights) > 1e-6
    present[:, range(n), range(n)] = False
    idle, alone = np.flatnonzero(~present.any((0, 1))), np.flatnonzero((own > 0.999).all(0))
    left = np.intersect1d(idle, alone)
    if n % 2 and left.size == 1:  # pairs leave one image of an odd batch over, a flip the middle one
        idle, alone = np.setdiff1d(idle, left), np.setdiff1d(alone, left)
        left = left[:0]
    told = f"{what}: in 60 calls image {left[:1].sum()} of {n} was left over, blended with none and nobody's partner"
    require(not left.size, told, "Pairs may leave one image of an odd batch over, and no other one.")
    told = f"{what}: in 60 calls no other image was ever blended with image {idle[:1].sum()} of {n}"
    require(not idle.size, told, "Every image must be the partner of another one sooner or later.")
    told = f"{what}: in 60 calls image {alone[:1].sum()} of {n} was never blended with another one"
    require(not alone.size, told, "Blend the whole batch, from the first image to the last.")


@points(1, hint="Draw the weight in each call; `torch.randperm(len(images))` pairs anew.")
def test_new_blends_with_everybody(observe, draw):
    """Each call draws a new weight, and in time every image is blended and is somebody's partner."""
    # A permutation leaves a given image of 2 alone with probability 1/2, random choice leaves it unused as often: that
    # all 60 calls miss one of them has a chance below 4e-18, and larger batches add less.
    may_fail(1e-17)
    alpha, odd = draw.uniform(0.8, 1.25), int(draw.choice([3, 5, 7]))
    orders = [draw.permutation(n) for n in (N, odd, 2)]
    cases = [(lit(order, 1, 1), one_hot(range(len(order)), N), alpha, 60) for order in orders]
    seen = answers(observe.each(mix, cases), 3)
    for answer, order, (images, labels, *_) in zip(seen, orders, cases, strict=True):
        everybody_is_blended(pairs(answer, 60, images, labels)[0], order, f"{len(order)} images")
    images, labels, *_ = cases[0]
    mixed, _ = pairs(observe(mix_without_gradients, *cases[0]), 60, images, labels)
    everybody_is_blended(mixed, orders[0], f"{N} images under torch.no_grad(), as in a data loader")


def spread_of(alpha):
    """E|2w - 1| for w ~ Beta(alpha, alpha)."""
    return 2 * 4**-alpha / alpha * math.exp(math.lgamma(2 * alpha) - 2 * math.lgamma(alpha))


def of_first_blends(answer, calls, what, order):
    """Own weight and larger weight of each call's first picture that is a blend."""
    weights = [shaped(one, (N, N), f"{what}: mixed images") for one in answers(answer, calls)]
    weights = np.stack(weights)[:, :, order].astype(np.float64)
    own = np.diagonal(weights, axis1=1, axis2=2)
    outside = own[~((own > -1e-5) & (own < 1 + 1e-5))]
    require(not outside.size, f"{what}: a weight of {outside[:1].sum():.4f} is outside [0, 1]")
    blended = (np.abs(weights) * (1 - np.eye(N)) > 1e-6).any(2)
    calls_that_blend, first = blended.any(1), blended.argmax(1)
    told = f"{what}: {calls_that_blend.sum()} of {calls} calls show a blend of two images at all"
    hint = "A weight of 0 or 1 gives no blend, and now and then only an image may be its own partner."
    require(calls_that_blend.sum() >= 0.6 * calls, told, hint)
    picked = np.arange(calls)[calls_that_blend], first[calls_that_blend]
    kinds = len(np.unique(own[picked].round(5)))
    told = f"{what}: {calls} calls used {kinds} different weight{'s' * (kinds != 1)}, too few to be draws from a Beta"
    require(kinds >= 20, told, "Draw the weight anew in each call.")
    return own[picked], weights[picked].max(1)


def check_spreads(sets, spreads):
    """The mean distance between the two weights of a blend, for each alpha."""
    told, judged = [], []
    for (_, _, what, alpha, slack), seen in zip(sets, spreads, strict=True):
        low, top = (
            (spread_of(alpha) - slack, spread_of(alpha) + slack) if alpha < 2 else (0.01, spread_of(alpha) + slack)
        )
        judged.append("too even" if seen < low else "too pure" if seen > top else "right")
        told.append(f"{what}: {judged[-1]} ({seen:.3f} for {spread_of(alpha):.3f})")
    if set(judged) == {"right"}:
        return
    numbers = "mean distance between the two weights of a blend, for that of Beta(alpha, alpha)"
    story = f"{'; '.join(told)}; {numbers}"
    if max(spreads) - min(spreads) < 0.12:
        means = {"like those of alpha 0.2": spread_of(0.2), "like uniform weights": 0.5, "": -1}
        like = min(means, key=lambda one: abs(means[one] - np.mean(spreads)))
        require(False, f"alpha has no effect, blends are always {like or 'the same'}: {story}")
    if judged[0] != "right" and set(judged[1:]) == {"right"} and abs(spreads[0] - spreads[1]) > 0.1:
        require(False, f"only the default differs from the alpha 0.2 of the stub: {story}")
    require(False, f"blends are not as even as alpha asks: {story}")


@points(2, hint="The weight comes from Beta(alpha, alpha), with the alpha of this call.")
def test_alpha_sets_the_blend(observe, draw):
    """alpha sets how even the blends are."""
    # One weight per call, as images of one batch may share it; up to a fifth of the calls blends nothing, and 7 % of
    # the weights at 0.2 look like 1, which shifts the mean by .014. Bernstein's bound with variances of .078 and .083
    # puts a right mean .086 away with less than 1e-9 (.13 away for half the calls); for the largest alpha a
    # sub-Gaussian bound does so. The own weight's variance is .179 at 0.2, .083 near 1: Bernstein's bound is 1e-10 for
    # .2 and .1 below one half, 1e-9 for .27 with half the calls.
    may_fail(7e-9)
    order = draw.permutation(N)
    few, even, high = draw.uniform(0.18, 0.25), draw.uniform(0.8, 1.25), draw.uniform(60, 140)
    sets = (
        (None, 800, "alpha not given (0.2)", 0.2, 0.1),
        (few, 400, f"alpha {few:.3f}", few, 0.15),
        (even, 600, f"alpha {even:.3f}", even, 0.1),
        (high, 150, f"alpha {high:.1f}", high, 0.05),
    )
    cases = [(lit(order, 1, 1), one_hot(range(N), N), alpha, calls) for alpha, calls, *_ in sets]
    seen = answers(observe.each(pictures, cases), 4)
    pairs_of = [of_first_blends(one, calls, what, order) for one, (_, calls, what, *_) in zip(seen, sets, strict=True)]
    for (own, _), (*_, what, alpha, _) in zip(pairs_of, sets, strict=True):
        low = 0.4 if alpha > 0.5 else 0.3 if what.startswith("alpha not") else 0.23
        hint = "Beta(alpha, alpha) favors neither side, and with max(w, 1 - w) the own image dominates."
        between(float(own.mean()), low, 1, f"{what}: mean weight of the own image", hint)
    check_spreads(sets, [float(np.abs(2 * larger - 1).mean()) for _, larger in pairs_of])
