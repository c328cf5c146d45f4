"""Augmentation policies with two settings, or none, in place of a search.

An op is given as (f, largest, signed): f(image, strength) takes one image (C, H, W) and a number, and returns a new
image of the same shape and dtype; it does not modify what it gets. Which values it makes is the op's business: nothing
is clamped here. `ops` holds one op or more by their names.

Results are new tensors with the shape and dtype of `images` (N, C, H, W); images stay in their order, and the argument
is not modified. Random numbers may come from torch, NumPy, `random` or a generator of your own; two calls draw anew, so
seed nothing. What a docstring does not speak of is free.
"""

from collections.abc import Callable, Mapping

from torch import Tensor

Op = tuple[Callable[[Tensor, float], Tensor], float, bool]


def strength(level: int, levels: int, largest: float) -> float:
    """The strength of a level: 0 at level 0, `largest` at level levels - 1, in equal steps between.

    ValueError: levels < 2, or a level outside 0 ... levels - 1.
    """
    raise NotImplementedError("strength: not written yet")


def rand_augment(images: Tensor, ops: Mapping[str, Op], n: int = 2, level: int = 9, levels: int = 31) -> Tensor:
    """RandAugment: `n` ops for each image, all at the same level.

    For each image by itself `n` ops are drawn, each of all ops with the same chance, with replacement. They are applied
    one after another in the order in which they were drawn, each to what the one before has returned, at
    strength(level, levels, largest). For a signed op that is made negative with chance 1/2, drawn anew each time.

    n = 0 or N = 0: an unchanged copy. ValueError: n < 0, no ops, a level or a number of levels that `strength` refuses
    (where nothing is to be done, the last two are free).
    """
    raise NotImplementedError("rand_augment: not written yet")


def trivial_augment(images: Tensor, ops: Mapping[str, Op], levels: int = 31) -> Tensor:
    """TrivialAugment: for each image one op, each with the same chance, at a level of its own.

    The level is drawn for each image, each of 0 ... levels - 1 with the same chance; a signed op's strength is made
    negative with chance 1/2. N = 0: an unchanged copy. ValueError: no ops, levels < 2 (for N = 0 both are free).
    """
    raise NotImplementedError("trivial_augment: not written yet")
