"""A fair comparison of normalizations: several seeds, the same luck for all, differences taken seed by seed."""

from collections.abc import Callable, Sequence

from torch import nn

# Given: T95[n] is the two-sided 95 % quantile of Student's t for n paired differences (n - 1 degrees of freedom).
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def compare(
    make_model: Callable[[str], nn.Module],
    train_and_score: Callable[[nn.Module], float],
    norms: Sequence[str] = ("none", "batch", "layer"),
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
) -> dict[str, dict]:
    """Build, train and score one new model for every pair of a norm and a seed.

    make_model(norm) builds an untrained model; train_and_score(model) trains it and returns its score (a float, higher
    is better). Both are called with one argument, by position, and draw from torch's global random generator, each a
    different number of times for different norms. `seeds` are whole numbers from 0 to 100000, no two of them equal; no
    norms, or one norm twice: free. Same seed, same luck: for a given seed the first random number drawn inside
    make_model is the same for all norms, and so is the first one drawn inside train_and_score. Different seeds give
    different luck, and a seed gives the same luck wherever it stands in `seeds`. How you seed, and the order of the
    runs, are free. Nothing is kept from one call of `compare` to the next.

    Returns a dict with one entry per norm; an entry is a dict with "scores" (floats in the order of `seeds`; a list, a
    tuple or an array: free), "mean" and "std" (the sample standard deviation, which divides by n - 1); more keys are
    free. ValueError for fewer than two seeds: one run has no spread. More than ten are fine here.
    """
    raise NotImplementedError("compare: not written yet")


def verdict(results: dict[str, dict]) -> str | None:
    """The norm with the highest mean score if it leads clearly, else None.

    `results` has the form that `compare` returns, with lists of scores, for two norms or more: scores[i] of every norm
    belongs to the same seed. Let best be the norm with the highest mean, as given or computed anew. With every other
    norm it is compared seed by seed: d holds the n differences best_scores[i] - other_scores[i], and the lead over this
    norm is clear if

        mean(d) > T95[n] * std(d) / sqrt(n)        with the sample standard deviation std (it divides by n - 1).

    best is returned if its lead over EVERY other norm is clear, else None. So it is None if all differences are 0, and
    best if all of them are equal and above 0. ValueError if the norms have unequal numbers of scores, or fewer than 2
    or more than 10 of them. `results` stays as it is.
    """
    raise NotImplementedError("verdict: not written yet")
