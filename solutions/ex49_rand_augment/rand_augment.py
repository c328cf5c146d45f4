"""Two loops, over images and over draws: `image = f(image, strength)`."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Op = tuple[Callable[[Tensor, float], Tensor], float, bool]


def strength(level: int, levels: int, largest: float) -> float:
    if levels < 2:
        raise ValueError(f"two levels at least, got {levels}")
    if not 0 <= level < levels:
        raise ValueError(f"level must be from 0 to {levels - 1}, got {level}")
    return largest * level / (levels - 1)


def rand_augment(images: Tensor, ops: Mapping[str, Op], n: int = 2, level: int = 9, levels: int = 31) -> Tensor:
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    some = given(ops)
    strength(level, levels, 1.0)
    result = images.clone()
    for i, image in enumerate(images):
        for k in torch.randint(len(some), (n,)).tolist():
            image = applied(some[k], image, level, levels)
        result[i] = image
    return result


def trivial_augment(images: Tensor, ops: Mapping[str, Op], levels: int = 31) -> Tensor:
    some = given(ops)
    strength(0, levels, 1.0)
    result = images.clone()
    for i, image in enumerate(images):
        k, level = int(torch.randint(len(some), ())), int(torch.randint(levels, ()))
        result[i] = applied(some[k], image, level, levels)
    return result


def given(ops: Mapping[str, Op]) -> list[Op]:
    if not ops:
        raise ValueError("no ops to draw from")
    return list(ops.values())


def applied(op: Op, image: Tensor, level: int, levels: int) -> Tensor:
    f, largest, signed = op
    size = strength(level, levels, largest)
    if signed and torch.rand(()) < 0.5:
        size = -size
    return f(image, size)
