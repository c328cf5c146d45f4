"""ex50, ece: probabilities built for a known gap in each bin."""

import numpy as np
from sureness import answered, drawn, number, readings, sure

from grader.suite import points

# ---- scenarios: run beside the learner's code and only report


def measure(module, probs, targets, bins):
    return module.ece(probs, targets, bins)


def measure_by_default(module, probs, targets):
    return module.ece(probs, targets)


def call_ece(module, probs, targets, bins):
    module.ece(probs, targets, bins)


# ---- the examiner's side


def grouped(draw, groups, classes):
    """Probabilities and targets for groups (size, confidence, right ones), in a random order."""
    confidences = np.concatenate([np.full(size, sureness) for size, sureness, _ in groups])
    right = np.concatenate([np.arange(size) < hits for size, _, hits in groups])
    probs, guesses = sure(draw, confidences, classes)
    order = draw.permutation(len(right))
    return probs[order], answered(draw, guesses, right, classes)[order]


@points(1, hint="Share of right guesses against the mean confidence.")
def test_one_group(observe, draw):
    """Equally sure everywhere: the error is the gap between confidence and accuracy."""
    for confidence, right in ((0.8, 6), (0.7, 9)):
        confidence, repeats = confidence + float(draw.uniform(0.005, 0.03)), int(draw.integers(2, 6))
        probs, targets = grouped(draw, [(10 * repeats, confidence, right * repeats)], 3)
        what = f"{10 * repeats} samples, all {confidence:.3f} sure, {right} of 10 right: ece"
        number(observe(measure, probs, targets, 10), abs(confidence - right / 10), what)


@points(1.5, hint="Take the absolute value within each bin, before anything is added up.")
def test_groups_do_not_cancel(observe, draw):
    """A group that is too sure and one that is not sure enough do not cancel."""
    repeats, off = int(draw.integers(2, 6)), float(draw.uniform(0.01, 0.02))
    n = 10 * repeats
    probs, targets = grouped(draw, [(n, 0.9 + off, 6 * repeats), (n, 0.6 + off, 9 * repeats)], 4)
    what = f"{n} samples {0.9 + off:.3f} sure with 60 % right, {n} {0.6 + off:.3f} sure with 90 % right: ece"
    right, misread = readings(probs, targets, 10)
    number(observe(measure, probs, targets, 10), right, what, misread)


@points(1.5, hint="A bin counts by its share of all samples.")
def test_bins_count_by_size(observe, draw):
    """A bin counts by how many samples are in it."""
    repeats, off = int(draw.integers(1, 5)), float(draw.uniform(0.005, 0.03))
    groups = [(18 * repeats, 0.95 + off, 18 * repeats), (2 * repeats, 0.55 + off, 0)]
    probs, targets = grouped(draw, groups, 3)
    what = (
        f"{18 * repeats} samples {0.95 + off:.3f} sure, all right, {2 * repeats} {0.55 + off:.3f} sure, all wrong: ece"
    )
    right, misread = readings(probs, targets, 10)
    number(observe(measure, probs, targets, 10), right, what, misread)


@points(2, hint="The largest probability of each row is the confidence, its class the guess.")
def test_top_class(observe, draw):
    """Confidence is the probability of the top class, for many classes too."""
    for classes, bins, sharp in ((6, 10, 0.4), (3, 7, 0.6), (2, 12, 0.8), (20, 5, 3.0)):
        probs, targets = drawn(draw, 150, classes, (bins,), sharp)
        right, misread = readings(probs, targets, bins)
        for dtype in ("float64", "float32"):
            what = f"150 samples, {classes} classes, {bins} bins, {dtype}: ece"
            number(observe(measure, probs.astype(dtype), targets, bins), right, what, misread)


@points(1, hint="The last bin ends at 1 and holds what is exactly 1; a bin without samples has no mean.")
def test_ends_and_empty_bins(observe, draw):
    """A confidence of 1 has a bin, and so has a low one; empty bins cost nothing."""
    repeats = int(draw.integers(2, 6))
    probs, targets = grouped(draw, [(10 * repeats, 1.0, 7 * repeats)], 3)
    what = f"{10 * repeats} samples with confidence 1, 70 % right: ece"
    for bins in (10, 15, 1):
        number(observe(measure, probs, targets, bins), 0.3, f"{what}, {bins} bins")
    near = float(draw.uniform(0.96, 0.98))
    probs, targets = grouped(draw, [(10 * repeats, 1.0, 7 * repeats), (10 * repeats, near, 10 * repeats)], 3)
    alone = {"a confidence of 1 belongs to the last bin, here it has one of its own": 0.15 + 0.5 * (1 - near)}
    what = f"{10 * repeats} samples with confidence 1, 70 % right, and as many {near:.3f} sure, all right: ece, 10 bins"
    number(observe(measure, probs, targets, 10), (1 + near) / 2 - 0.85, what, alone)
    low = float(draw.uniform(0.06, 0.08))
    probs, targets = grouped(draw, [(10 * repeats, low, 4 * repeats)], 18)
    what = f"{10 * repeats} samples {low:.3f} sure of one of 18 classes, 40 % right: ece, 5 bins"
    number(observe(measure, probs, targets, 5), 0.4 - low, what)
    probs, targets = grouped(draw, [(1, 0.6 + low, 1)], 2)
    number(observe(measure, probs, targets, 100), 0.4 - low, "a single sample, 100 bins: ece")


@points(1, hint="`bins=15` stands in the signature; with one bin the error is the gap of the two means.")
def test_number_of_bins(observe, draw):
    """There are 15 bins unless told, and as many as told."""
    probs, targets = drawn(draw, 300, 4, (15, 14, 16), 0.5)
    right, misread = readings(probs, targets, 15)
    number(observe(measure_by_default, probs, targets), right, "300 samples, bins not given: ece", misread)
    for bins in (1, 2, 40):
        probs, targets = drawn(draw, 60, 4, (bins,), 0.5)
        right, misread = readings(probs, targets, bins)
        number(observe(measure, probs, targets, bins), right, f"60 samples, {bins} bins: ece", misread)


@points(0.5, hint="Five conditions, each of them enough; a rounding error in a row's sum is none.")
def test_ece_refuses(observe):
    """ece refuses no samples, sizes that differ, fewer than one bin, and rows that do not sum to 1."""
    fine, targets = np.array([[0.2, 0.8], [0.7, 0.3], [0.5, 0.5]]), np.array([1, 1, 0])
    above, below = fine + [[0, 0], [0, 0], [0, 0.002]], fine - [[0, 0], [0.002, 0], [0, 0]]
    rounded = (fine + [[0, 0], [3e-6, 0], [0, -3e-6]]).astype(np.float32)
    mixed = fine + [[0.05, 0], [-0.05, 0], [0, 0]]
    bad = [
        (fine[:0], targets[:0], 5), (fine, targets[:2], 5), (fine[:2], targets, 5), (fine, targets, 0),
        (fine, targets, -4), (above, targets, 5), (below, targets, 5), (mixed, targets, 5),
        (np.log(fine), targets, 5), (fine[:1], targets, 5), (fine, targets[:1], 5),
    ]  # fmt: skip
    good = [(fine, targets, 5), (fine, targets, 1), (rounded, targets, 5), (fine[:1], targets[:1], 5)]
    observe.refuses(call_ece, bad, good, ValueError, "ece(probs, targets, bins)")
