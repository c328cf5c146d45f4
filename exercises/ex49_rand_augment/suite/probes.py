"""Ops that leave traces: op k adds 1 to channel 2k and its strength to channel 2k + 1, so images tell what was done."""

import numpy as np
import torch

from grader.suite import answers, normal, require, shaped

# ---- scenarios: run beside the learner's code and only report


def tracing(kinds, notes=None):
    """Ops for (largest, signed) pairs; may note shape and kind of what they get."""

    def op(k):
        def f(image, strength):
            if notes is not None:
                notes.append((tuple(image.shape), str(image.dtype)))
            out = image.clone()
            out[2 * k] += 1
            out[2 * k + 1] += strength
            return out

        return f

    return {f"op {k}": (op(k), largest, signed) for k, (largest, signed) in enumerate(kinds)}


def traced(module, images, kinds, arguments):
    """rand_augment with these arguments.

    >>> ops = {f"op {k}": (lambda image, strength: image + strength, *kind) for k, kind in enumerate(kinds)}
    >>> rand_augment(images, ops, *arguments)  # with other ops
    """
    return module.rand_augment(images, tracing(kinds), *arguments)


def traced_trivially(module, images, kinds, arguments):
    """
    >>> ops = {f"op {k}": (lambda image, strength: image + strength, *kind) for k, kind in enumerate(kinds)}
    >>> trivial_augment(images, ops, *arguments)  # with other ops
    """
    return module.trivial_augment(images, tracing(kinds), *arguments)


def traced_twice(module, images, kinds, trivially):
    """Two calls one after the other, and a random number after each.

    >>> ops = {f"op {k}": (lambda image, strength: image + strength, *kind) for k, kind in enumerate(kinds)}
    >>> trivial_augment(images, ops) if trivially else rand_augment(images, ops, 2)  # with other ops
    """
    found = []
    for _ in range(2):
        ops = tracing(kinds)
        found.append(module.trivial_augment(images, ops) if trivially else module.rand_augment(images, ops, 2))
        found.append(torch.rand(3))
    return found


# ---- the examiner's side


def blank(draw, n, kinds, h=1, w=2):
    """Images with a background of their own, in which every op has two channels."""
    return np.floor(normal(draw, n, 2 * len(kinds), h, w, dtype="float64") * 8) * 16


def read(seen, images, what):
    """How often each op was applied to each image, and the sum of its strengths; (N, ops) each."""
    left = shaped(seen, images.shape, what) - images
    counts, sums = left[:, 0::2].mean((2, 3)), left[:, 1::2].mean((2, 3))
    if counts.size:
        fits, low, high = -0.01 < counts.min() <= counts.max() < 9, float(np.min(seen)), float(np.max(seen))
        clamped = f", all from {low:g} to {high:g}: nothing is to be clamped" if 0 <= low and high <= 255 else ""
        require(fits, f"{what}: values that no op can have made{clamped}")
    return counts, sums


def anew(observe, images, kinds, trivially, what):
    """Two calls must not do the same, and must not leave torch's generator at the same place."""
    one, luck, two, later = answers(observe(traced_twice, images, kinds, trivially), 4)
    (counts, sums), (others, other_sums) = read(one, images, what), read(two, images, what)
    require(counts.sum() > 0, f"{what}: no op was applied")
    differ = ((counts != others) | (np.abs(sums - other_sums) > 1e-6)).any(1)
    require(differ.mean() > 0.3, f"{what}: two calls do the same to {(~differ).sum()} of {len(images)} equal images")
    require(not np.array_equal(luck, later), f"{what}: after each call torch.rand gives the same numbers: it is seeded")
