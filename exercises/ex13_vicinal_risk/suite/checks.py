"""Comparisons of ex13: one number each, slips that give just this number, gradients against the values around them."""

import numpy as np

from grader.suite import Raised, answers, close, normal, require, same, shaped


def sample(draw, n=9, d=4):
    """v (d,), x (n, d), y (n,)."""
    return normal(draw, d), normal(draw, n, d), normal(draw, n)


def number(seen, what):
    """One number, whether as a scalar tensor or as a tensor with one entry."""
    if isinstance(seen, np.ndarray) and seen.size == 1:
        seen = seen.item()
    return float(shaped(seen, (), what))


def each(observe, scenario, cases):
    """One answer per case; a case that raised is put again, alone, so that its exception is told as such."""
    seen = answers(observe.each(scenario, cases), len(cases))
    for case, one in zip(cases, seen, strict=True):
        if isinstance(one, Raised):
            observe(scenario, *case)
    return seen


def known(what, value, right, slips):
    """`what`, and which of the known slips gives just this value; nothing of them if the right one does so too."""
    fits = [words for words, slip in slips.items() if abs(value - slip) <= 1e-3 * abs(slip) < abs(value - right)]
    return f"{what} ({fits[0]})" if fits else what


def has_gradient(seen, name, step, rtol):
    """The value is a positive scalar tensor, and its gradient fits the values one step away."""
    value = shaped(seen["value"], (), name, hint="`.mean()` without a dimension gives shape ().").item()
    way = "Keep to torch operations: `.item()`, `float()`, `.detach()` and `no_grad` cut the gradient off."
    gradient = seen["gradient"]
    require(isinstance(gradient, np.ndarray), f"{name} has no gradient: for autograd it depends on no parameter", way)
    same(seen["dtype"], "torch.float32", f"{name}: dtype", hint="All tensors are float32, the result is one, too.")
    require(value > 0, f"{name}: expected a positive number, saw {value:.4g}")
    sides = [[number(one, name) for one in answers(pair, 2)] for pair in answers(seen["sides"], len(gradient))]
    expected = (np.array(sides) @ [1, -1]) / (2 * step)
    require(np.abs(expected).max() > 1e-6, f"{name} is {value:.4g} whatever the parameters are")
    way = "Whatever depends on the parameters belongs to the graph: is a part detached, or computed under `no_grad`?"
    within = rtol * float(np.abs(expected).max())
    close(
        gradient,
        expected,
        f"gradient of {name}, expected by differences of its own values",
        rtol=0,
        atol=within,
        hint=way,
    )
