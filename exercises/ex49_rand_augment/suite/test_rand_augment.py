"""ex49, RandAugment: what the traces of its ops say about draws, strengths, signs and order."""

import numpy as np
import torch
from probes import anew, blank, read, traced, tracing

from grader.suite import all_seen, answers, by_chance, close, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def strengths(module, cases):
    """>>> strength(*cases[0])"""
    return [module.strength(*case) for case in cases]


def of_strength(module, level, levels):
    module.strength(level, levels, 2.0)


def halved_or_raised(module, images, n):
    """With two ops that do not commute."""
    ops = {"half": (lambda image, _: image / 2, 1.0, False), "one more": (lambda image, _: image + 1, 1.0, False)}
    return module.rand_augment(images, ops, n)


def kept(module, images, kinds, n, level):
    """The result, its dtype, what the ops got, the images afterwards, and those once the result is written over.

    >>> ops = {f"op {k}": (lambda image, strength: image + strength, *kind) for k, kind in enumerate(kinds)}
    >>> rand_augment(images, ops, n, level)  # with other ops
    """
    notes = []
    result = module.rand_augment(images, tracing(kinds, notes), n, level)
    after, kind = images.clone(), str(result.dtype)
    seen = result.clone()
    result.zero_()
    return seen, kind, notes, after, images


def refused(module, count, n, level, levels):
    """
    >>> ops = {f"op {k}": (lambda image, strength: image + strength, 1.0, False) for k in range(count)}
    >>> rand_augment(torch.ones(2, 6, 1, 1), ops, n, level, levels)
    """
    images = torch.ones(2, 6, 1, 1)
    module.rand_augment(images, tracing([(1.0, False)] * count), n, level, levels)


# ---- the examiner's side


SIX = [(2.0, False)] * 6


@points(1.5, hint="levels - 1 steps lead from level 0 to the last one.")
def test_strength(observe, draw):
    """strength is 0 at level 0, the largest at the last level, and grows in equal steps."""
    cases = [(10, 31, 2.0), (30, 31, 2.0), (0, 31, 2.0), (1, 2, 0.7), (0, 2, 0.7)]
    for _ in range(4):
        levels = int(draw.integers(3, 40))
        cases.append((int(draw.integers(1, levels)), levels, float(draw.uniform(0.1, 90))))
    for (level, levels, largest), found in zip(cases, answers(observe(strengths, cases), len(cases)), strict=True):
        right, found = largest * level / (levels - 1), float(shaped(found, (), "strength"))
        misread = {
            "levels - 1 steps, not levels": largest * level / levels,
            "level 0 is nothing": largest * (level + 1) / levels,
        }
        named = [why for why, other in misread.items() if np.isclose(found, other) and not np.isclose(found, right)]
        close(
            found,
            right,
            f"strength({level}, {levels}, {largest:g})" + (f" ({named[0]})" if named else ""),
            rtol=1e-5,
            atol=1e-7,
        )


@points(2, hint="A loop over the draws inside a loop over the images.")
def test_n_ops_each(observe, draw):
    """Every image gets exactly n ops."""
    for arguments, n in (((), 2), ((1,), 1), ((3,), 3), ((5, 4, 7), 5)):
        images = blank(draw, 30, SIX)
        counts, _ = read(observe(traced, images, SIX, arguments), images, f"rand_augment, n = {n}")
        totals = counts.sum(1)
        found = sorted({round(float(t), 3) for t in totals})
        told = f"n = {n}: numbers of ops that images got: expected {n} for each, saw"
        require(found == [n], f"{told} {' and '.join(f'{t:g}' for t in found[:6])}")
        require(np.allclose(counts, np.round(counts)) and counts.min() >= 0, f"n = {n}: an op left half a trace")


@points(2, hint="Draw inside the loop over the images.")
def test_own_draw(observe, draw):
    """Each image has its own draw, and so has each call."""
    images = blank(draw, 400, SIX)
    counts, _ = read(observe(traced, images, SIX, (2,)), images, "rand_augment")
    pairs = {tuple(np.round(row).astype(int)) for row in counts}
    require(len(pairs) >= 15, f"400 images, 6 ops, n = 2: {len(pairs)} different pairs of ops, 21 can come")
    again = blank(draw, 60, SIX)
    both = np.concatenate([again, again])
    counts, _ = read(observe(traced, both, SIX, (2,)), both, "rand_augment")
    require((counts[:60] != counts[60:]).any(1).sum() > 20, "equal images get equal ops")
    anew(observe, again, SIX, False, "rand_augment")


@points(2, hint="`torch.randint(len(ops), (n,))` draws with replacement; a shuffle or a sample does not.")
def test_with_replacement(observe, draw):
    """Drawing is with replacement, and every op has the same chance."""
    images = blank(draw, 900, SIX)
    counts, _ = read(observe(traced, images, SIX, (2,)), images, "rand_augment")
    twice = int((counts == 2).any(1).sum())
    by_chance(twice, 900, 1 / 6, "images of 900 that got the same op twice (6 ops, n = 2)", 3e-10)
    for k in range(6):
        by_chance(int(counts[:, k].sum()), 1800, 1 / 6, f"draws of 1800 that gave op {k}", 3e-10)


@points(2.5, hint="One strength for all; for a signed op a coin decides at each application.")
def test_strengths_and_signs(observe, draw):
    """RandAugment's strength is the level's; signed ops go to both sides, others never."""
    kinds = [(3.0, False), (float(draw.uniform(1, 5)), True), (0.5, True)]
    for arguments in ((1,), (1, 25, 26), (1, int(draw.integers(3, 9)), 11)):
        level, levels = (arguments[1:] or (9, 31))[:2]
        images = blank(draw, 300, kinds)
        counts, sums = read(observe(traced, images, kinds, arguments), images, "rand_augment")
        for k, (largest, signed) in enumerate(kinds):
            got = sums[np.round(counts[:, k]) == 1, k]
            right = largest * level / (levels - 1)
            what = f"level {level} of {levels}, largest {largest:.3g}: sizes of the strengths"
            require(len(got) > 20, f"op {k} of 3 came in {len(got)} of 300 images, n = 1")
            close(np.abs(got), np.full(len(got), right), what, rtol=1e-5, atol=1e-6)
            if signed:
                by_chance(int((got < 0).sum()), len(got), 0.5, "negative strengths of a signed op", 3e-10)
            else:
                require((got > 0).all(), f"{(got < 0).sum()} of {len(got)} strengths of an unsigned op are negative")
    kinds = [(1.0, True)]
    images = blank(draw, 300, kinds)
    counts, sums = read(observe(traced, images, kinds, (2, 10, 11)), images, "rand_augment")
    all_seen(
        [round(float(s), 3) for s in sums[:, 0] if abs(s) > 0.5], [-2.0, 2.0], "both of two signed ops to one side"
    )
    by_chance(
        int((np.abs(sums[:, 0]) < 1e-6).sum()), 300, 0.5, "images of 300 whose two signed ops go to different sides"
    )


@points(2, hint="`image = f(image, strength)`: each op gets what the one before has returned.")
def test_one_after_another(observe, draw):
    """Ops are applied one after another, in the order drawn."""
    images = np.floor(100 + 50 * normal(draw, 600, 1, 1, 1, dtype="float64")) * 16
    x = images[:, 0, 0, 0]
    out = shaped(observe(halved_or_raised, images, 2), images.shape, "rand_augment")[:, 0, 0, 0]
    ways = {"half, then + 1": x / 2 + 1, "+ 1, then half": (x + 1) / 2, "half twice": x / 4, "+ 1 twice": x + 2}
    hits = {name: int((np.abs(out - value) < 1e-6).sum()) for name, value in ways.items()}
    told = ", ".join(f"{name} {count}" for name, count in hits.items())
    lost = 600 - sum(hits.values())
    alone = int((np.abs(out - x / 2) < 1e-6).sum() + (np.abs(out - x - 1) < 1e-6).sum())
    why = "; an op was applied to the original image, and the other is lost" if alone > 100 else ""
    require(lost <= 6, f"600 images, ops half and + 1, n = 2: {told}, and {lost} are none of these{why}")
    one_order = not all(hits[way] for way in ways if " then " in way) and all(
        hits[way] for way in ways if " twice" in way
    )
    require(not one_order, f"600 images: {told}; two different ops always come in one order")
    for name, count in hits.items():
        by_chance(count, 600, 0.25, f"images of 600 with {name}", 3e-10)


@points(1, hint="Write into a clone, or stack new images; hand each op one image (C, H, W).")
def test_images_stay(observe, draw):
    """Shape and dtype are kept, images stay as they are, and the result is a tensor of its own."""
    kinds = [(1.0, False)] * 2
    for dtype in ("float32", "float64"):
        for n, level in ((2, 9), (0, 9), (1, 0)):
            images = blank(draw, 5, kinds, 3, 2).astype(dtype)
            seen, kind, notes, after, own = answers(observe(kept, images, kinds, n, level), 5)
            counts, _ = read(seen, images, f"n = {n}")
            close(
                counts.sum(1),
                [float(n)] * 5,
                f"n = {n}, level {level}: numbers of ops that images got",
                rtol=1e-5,
                atol=1e-5,
            )
            same(kind, f"torch.{dtype}", f"{dtype} images, n = {n}: dtype of the result")
            same([tuple(shape) for shape, _ in notes], [(4, 3, 2)] * (5 * n), f"n = {n}: shapes of what the ops got")
            same(after, images, f"n = {n}: the images after the call")
            same(own, images, f"n = {n}: the images after the result was written over")


@points(0.5, hint="An empty batch is fine, and so is n = 0.")
def test_empty_batch(observe, draw):
    """An empty batch stays an empty batch."""
    images = blank(draw, 3, SIX)
    for part in (images[:0], images[:1]):
        seen = shaped(observe(traced, part, SIX, (2,)), part.shape, f"rand_augment of {len(part)} images")
        close(read(seen, part, "rand_augment")[0].sum(), 2.0 * len(part), "ops altogether", rtol=1e-5, atol=1e-5)


@points(0.5, hint="Levels go from 0 to levels - 1, and there are two at least.")
def test_refusals(observe):
    """Levels outside the scale, negative n and no ops are refused."""
    bad = [(-1, 31), (31, 31), (32, 31), (2, 2), (0, 1), (1, 1), (0, 0)]
    observe.refuses(of_strength, bad, [(0, 31), (30, 31), (1, 2), (0, 2)], ValueError, "strength: level, levels")
    bad = [(3, -1, 9, 31), (0, 2, 9, 31), (3, 2, -1, 31), (3, 2, 31, 31), (3, 1, 0, 1), (3, -2, 9, 31)]
    good = [(3, 2, 9, 31), (1, 0, 9, 31), (3, 1, 30, 31), (3, 1, 0, 2)]
    observe.refuses(refused, bad, good, ValueError, "rand_augment: number of ops, n, level, levels")
