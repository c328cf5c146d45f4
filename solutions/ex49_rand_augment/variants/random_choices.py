"""The standard library's random; one private helper serves both policies, and levels come as a function."""

import random
from functools import reduce


def strength(level, levels, largest):
    if levels <= 1 or level < 0 or level > levels - 1:
        raise ValueError(f"level {level} of {levels}")
    return level / (levels - 1) * largest


def _policy(images, ops, n, level, levels):
    if not len(ops) or n < 0:
        raise ValueError("ops and n")
    names = list(ops)
    level(), strength(0, levels, 1)
    out = images.detach().clone()

    def step(image, name):
        f, largest, signed = ops[name]
        side = random.choice((-1, 1)) if signed else 1
        return f(image, side * strength(level(), levels, largest))

    for place, image in enumerate(images):
        out[place].copy_(reduce(step, random.choices(names, k=n), image))
    return out


def rand_augment(images, ops, n=2, level=9, levels=31):
    strength(level, levels, 1)
    return _policy(images, ops, n, lambda: level, levels)


def trivial_augment(images, ops, levels=31):
    if levels < 2:
        raise ValueError("levels")
    return _policy(images, ops, 1, lambda: random.randrange(levels), levels)
