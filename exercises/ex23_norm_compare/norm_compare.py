"""A fair comparison of normalizations: several seeds, the same luck for all, and the courage to name no winner."""

from collections.abc import Callable, Sequence

from torch import nn


def compare(
    make_model: Callable[[str], nn.Module],
    train_and_score: Callable[[nn.Module], float],
    norms: Sequence[str] = ("none", "batch", "layer"),
    seeds: Sequence[int] = (0, 1, 2),
) -> dict[str, dict]:
    """Build, train and score one new model for every pair of a norm and a seed.

    make_model(norm) builds an untrained model; train_and_score(model) trains it and returns its score (a float, higher
    is better). Both draw from torch's global random generator, each a different number of times for different norms.
    Same seed, same luck: for a given seed the first random number drawn inside make_model is the same for all norms,
    and so is the first one drawn inside train_and_score. Different seeds give different luck.

    Returns per norm a dict with "scores" (a list, in the order of `seeds`), "mean" and "std" (the sample standard
    deviation, which divides by n - 1). ValueError for fewer than two seeds: one run has no spread.
    """
    raise NotImplementedError("compare: not written yet")


def verdict(results: dict[str, dict]) -> str | None:
    """The norm with the best mean if it leads clearly, else None.

    `results` is what `compare` returns, for two norms or more. With the best mean m1 (standard deviation s1), the
    second best m2 (s2) and n scores each, the lead is clear if m1 - m2 > 2 * sqrt(s1**2 / n + s2**2 / n).
    Equal means: None.
    """
    raise NotImplementedError("verdict: not written yet")
