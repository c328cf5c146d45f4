"""ex49, TrivialAugment: one op, any level."""

import numpy as np
import torch
from probes import anew, blank, read, traced_trivially, tracing

from grader.suite import answers, by_chance, close, points, require, same

# ---- scenarios: run beside the learner's code and only report


def kept(module, images, kinds):
    """The result, its dtype, what the ops got, the images afterwards, and those once the result is written over.

    >>> ops = {f"op {k}": (lambda image, strength: image + strength, *kind) for k, kind in enumerate(kinds)}
    >>> trivial_augment(images, ops, 5)  # with other ops
    """
    notes = []
    result = module.trivial_augment(images, tracing(kinds, notes), 5)
    after, kind, seen = images.clone(), str(result.dtype), result.clone()
    result.zero_()
    return seen, kind, notes, after, images


def refused(module, count, levels):
    """
    >>> ops = {f"op {k}": (lambda image, strength: image + strength, 1.0, False) for k in range(count)}
    >>> trivial_augment(torch.ones(2, 6, 1, 1), ops, levels)
    """
    module.trivial_augment(torch.ones(2, 6, 1, 1), tracing([(1.0, False)] * count), levels)


# ---- the examiner's side


@points(2.5, hint="`torch.randint(levels, ())` for each image: from 0 to levels - 1.")
def test_all_levels(observe, draw):
    """trivial_augment: one op for each image, all levels equally often."""
    kinds = [(30.0, False), (15.0, True)]
    for arguments, levels in (((), 31), ((6,), 6)):
        count = 4000 if levels == 31 else 900
        images = blank(draw, count, kinds, 1, 1)
        seen = observe(traced_trivially, images, kinds, arguments)
        counts, sums = read(seen, images, "trivial_augment")
        same(sorted({round(float(t), 3) for t in counts.sum(1)}), [1.0], "numbers of ops that images got")
        which = counts.argmax(1)
        by_chance(int(which.sum()), count, 0.5, f"images of {count} that got the second of two ops", 3e-10)
        pairs = which[0::2] == which[1::2]
        by_chance(
            int(pairs.sum()),
            count // 2,
            0.5,
            f"pairs of neighbors, of {count // 2}, that got the same of two ops",
            3e-10,
        )
        largest = np.array([30.0, 15.0])[which]
        levels_seen = np.abs(sums[np.arange(count), which]) / largest * (levels - 1)
        whole = np.round(levels_seen)
        require(np.abs(levels_seen - whole).max() < 1e-3, f"a strength that belongs to no level of {levels}")
        require(whole.max() <= levels - 1, f"{levels} levels: a strength above the largest")
        for level in range(levels):
            hits = int((whole == level).sum())
            by_chance(hits, count, 1 / levels, f"images of {count} at level {level} of {levels}", 1e-11)
        ends = int(((whole == 0) | (whole == levels - 1)).sum())
        by_chance(ends, count, 2 / levels, f"images of {count} at the first or the last of {levels} levels", 1e-10)


@points(1, hint="The coin is the same as in RandAugment: for signed ops only, for each image anew.")
def test_sides(observe, draw):
    """trivial_augment: signed ops go to both sides, others never."""
    kinds = [(float(draw.uniform(1, 5)), False), (2.0, True)]
    images = blank(draw, 500, kinds)
    counts, sums = read(observe(traced_trivially, images, kinds, (9,)), images, "trivial_augment")
    one, two = (sums[(np.round(counts[:, k]) == 1) & (np.abs(sums[:, k]) > 1e-9), k] for k in (0, 1))
    require(
        min(len(one), len(two)) > 50, f"the ops came with {len(one)} and {len(two)} strengths above 0 in 500 images"
    )
    require((one > 0).all(), f"{(one < 0).sum()} of {len(one)} strengths of an unsigned op are negative")
    by_chance(int((two < 0).sum()), len(two), 0.5, "negative strengths of a signed op")
    sizes = [len({round(abs(float(s)), 5) for s in some}) for some in (one, two)]
    require(min(sizes) > 3, f"9 levels: {sizes} different sizes of strengths above 0")
    anew(observe, images[:60], kinds, True, "trivial_augment")


@points(1, hint="Write into a clone, or stack new images; draw for each image.")
def test_trivial_keeps_images(observe, draw):
    """trivial_augment: shape and dtype are kept, and images stay as they are."""
    kinds = [(1.0, False)] * 2
    for dtype, count in (("float32", 5), ("float64", 1), ("float32", 0)):
        images = blank(draw, count, kinds, 3, 2).astype(dtype)
        seen, kind, notes, after, own = answers(observe(kept, images, kinds), 5)
        counts, _ = read(seen, images, f"{count} images")
        close(counts.sum(), float(count), f"{count} images: ops altogether", rtol=1e-5, atol=1e-5)
        same(kind, f"torch.{dtype}", f"{dtype} images: dtype of the result")
        same([tuple(shape) for shape, _ in notes], [(4, 3, 2)] * count, "shapes of what the ops got")
        same(after, images, "the images after the call")
        same(own, images, "the images after the result was written over")


@points(0.5, hint="One op at least, and two levels.")
def test_trivial_refuses(observe):
    """trivial_augment refuses no ops and fewer than two levels."""
    bad = [(0, 31), (3, 1), (3, 0), (3, -2), (1, 1)]
    observe.refuses(refused, bad, [(1, 31), (3, 2), (2, 5)], ValueError, "trivial_augment: number of ops, levels")
