"""ex40, smooth and grad_norm: against the formulas, with the misread ones named."""

import numpy as np
import torch
from torch import nn

from grader.suite import close, exactly, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def smoothed(module, values, beta=None):
    """The answer of the second call, the first one was about other values; and the values after it."""
    module.smooth([2.0, 1.0], 0.5)
    return module.smooth(values) if beta is None else module.smooth(values, beta), values


def norm_of(module, grads, double=False):
    """The norm for a small model whose parameters get these gradients, None included; and the gradients after it.

    >>> model = torch.nn.Linear(4, 3); model.weight.grad = torch.ones(3, 4)
    >>> grad_norm(model)  # another model and other gradients
    """
    model = nn.Sequential(nn.Linear(4, 3), nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2, bias=False)))
    model = model.double() if double else model
    for p, grad in zip(model.parameters(), grads, strict=True):
        p.grad = None if grad is None else torch.as_tensor(grad).to(p.dtype)
    norm = module.grad_norm(model)
    return norm, [p.grad for p in model.parameters()]


def norm_of_nothing(module):
    return module.grad_norm(nn.ReLU())


# ---- the examiner's side

SHAPES = ((3, 4), (3,), (3,), (3,), (2, 3))


def average(values, beta):
    mean, found = 0.0, []
    for t, value in enumerate(values, 1):
        mean = beta * mean + (1 - beta) * value
        found.append(mean / (1 - beta**t))
    return found


def begun(values, beta, mean, late=None):
    """An average that begins with `mean`, corrected with t + late or not at all."""
    found = []
    for t, value in enumerate(values, 1):
        mean = beta * mean + (1 - beta) * value
        found.append(mean / (1 - beta ** (t + late)) if late else mean)
    return found


def numbers(seen, count, what):
    """A list, tuple or array of so many numbers, as an array."""
    if isinstance(seen, np.ndarray):
        return shaped(seen, (count,), what)
    return np.array([float(shaped(one, (), what)) for one in exactly(seen, count, what)])


def follows(answer, values, beta, what):
    seen, _ = exactly(answer, 2)
    right = average(values, beta)
    misread = {
        "the correction is missing: the curve starts too low": begun(values, beta, 0.0),
        "the average begins with the first value; asked for is 0 and a correction": begun(values, beta, values[0]),
        "t is 2 for the first value, asked for is 1": begun(values, beta, 0.0, 1),
        "beta and 1 - beta are swapped": average(values, 1 - beta) if beta else right,
        "the correction is not to the power t": [m / (1 - beta) for m in begun(values, beta, 0.0)],
    }
    found = numbers(seen, len(values), what)
    near = [why for why, other in misread.items() if np.allclose(found, other, 1e-4, 1e-6)]
    off = not np.allclose(found, right, 1e-4, 1e-6)
    close(found, np.array(right), what + (f" ({near[0]})" if near and off else ""))


@points(1, hint="The weights of the first t values add up to 1 - beta^t: divide by that.")
def test_constant_stays(observe, draw):
    """A constant stays that constant from the first value on; beta 0 gives the values back."""
    level, beta = round(float(draw.uniform(0.5, 5)), 3), round(float(draw.uniform(0.3, 0.95)), 3)
    what = f"smooth of six times {level}, beta {beta}"
    follows(observe(smoothed, [level] * 6, beta), [level] * 6, beta, what)
    values = [round(float(v), 3) for v in draw.uniform(0.2, 3, 5)]
    follows(observe(smoothed, values, 0.0), values, 0.0, f"smooth of {values}, beta 0")
    follows(observe(smoothed, values, beta), values, beta, f"smooth of {values}, beta {beta}")


@points(2, hint="One running number: beta times the old one plus (1 - beta) times the value; correct a copy of it.")
def test_smooth(observe, draw):
    """Each number is the corrected average of all values up to it."""
    for n, beta in ((7, 0.5), (25, 0.9), (12, round(float(draw.uniform(0.2, 0.95)), 3)), (1, 0.7), (6, 0.99)):
        values = [round(float(v), 3) for v in draw.uniform(0.2, 3, n)]
        follows(observe(smoothed, values, beta), values, beta, f"smooth of {n} values from {values[0]}, beta {beta}")
    values = [round(float(v), 3) for v in draw.uniform(0.2, 3, 9)]
    answer, what = observe(smoothed, values), "smooth of 9 values, beta not given (0.9)"
    follows(answer, values, 0.9, what)
    same(answer[1], values, f"{what}: the list of values after the call")
    nothing, _ = exactly(observe(smoothed, []), 2)
    require(len(numbers(nothing, 0, "smooth of no values")) == 0, "smooth of no values")


@points(0.5, hint="0 is fine, 1 is not.")
def test_smooth_refuses(observe):
    """smooth refuses a beta outside [0, 1)."""
    bad = [([1.0, 2.0], -0.1), ([1.0, 2.0], 1.0), ([1.0, 2.0], 1.5), ([1.0, 2.0], -1e-6)]
    good = [([1.0, 2.0], 0.0), ([1.0, 2.0], 0.5), ([1.0, 2.0], 0.999)]
    observe.refuses(smoothed, bad, good, ValueError, "smooth(values, beta)")


def judged_norm(seen, grads, what):
    there = [np.asarray(g, float) for g in grads if g is not None]
    squares = [float((g**2).sum()) for g in there]
    misread = {
        "the norms are added up; asked for is the root of all squares": sum(s**0.5 for s in squares),
        "the root is missing": sum(squares),
        "this is the largest of the norms": max(s**0.5 for s in squares),
        "this is the mean of the norms": float(np.mean([s**0.5 for s in squares])),
        "this is the sum of sizes, the L1 norm": sum(float(np.abs(g).sum()) for g in there),
        "this is the root of the mean square": (sum(squares) / sum(g.size for g in there)) ** 0.5,
        "this is the largest entry": max(float(np.abs(g).max()) for g in there),
        "only parameters with two axes count": sum(s for s, g in zip(squares, there, strict=True) if g.ndim > 1) ** 0.5,
        "this is the norm of the first gradient": squares[0] ** 0.5,
        "this is the norm of the last gradient": squares[-1] ** 0.5,
    }
    norm, after = exactly(seen, 2)
    found = float(shaped(norm, (), what))
    right = sum(squares) ** 0.5
    near = [why for why, other in misread.items() if abs(found - other) <= 1e-5 * abs(other)]
    off = abs(found - right) > 1e-5 * right
    close(found, right, what + (f" ({near[0]})" if near and off else ""))
    for one, grad in zip(exactly(after, len(grads), f"{what}: gradients after the call"), grads, strict=True):
        if grad is None:
            require(one is None, f"{what}: a parameter without gradient has one after the call")
        else:
            close(one, grad, f"{what}: a gradient after the call", rtol=1e-6, atol=1e-7)


@points(1.5, hint="Add up the squares of all entries of all gradients, then take one root.")
def test_grad_norm(observe, draw):
    """grad_norm is the root of the sum of all squares, as clip_grad_norm_ reports it."""
    for scale, double in ((0.1, False), (20.0, True), (1.0, False)):
        grads = [(scale * draw.standard_normal(shape)).astype("float64" if double else "float32") for shape in SHAPES]
        judged_norm(observe(norm_of, grads, double), grads, f"gradients of about {scale:g}: grad_norm")


@points(1, hint="`if p.grad is not None`, and 0 for an empty sum.")
def test_grad_norm_without_gradients(observe, draw):
    """Parameters without a gradient are skipped; without any the norm is 0."""
    for missing in ((0,), (4,), (0, 2, 3), (1, 2, 3, 4)):
        grads = [None if i in missing else normal32(draw, shape) for i, shape in enumerate(SHAPES)]
        judged_norm(observe(norm_of, grads), grads, f"{5 - len(missing)} of 5 gradients are there: grad_norm")
    norm, after = exactly(observe(norm_of, [None] * 5), 2)
    close(float(shaped(norm, (), "no gradients: grad_norm")), 0.0, "no gradients: grad_norm")
    require(exactly(after, 5) == [None] * 5, "no gradients: some are there after the call")
    close(float(shaped(observe(norm_of_nothing), (), "no parameters: grad_norm")), 0.0, "no parameters: grad_norm")


def normal32(draw, shape):
    return draw.standard_normal(shape).astype("float32")
