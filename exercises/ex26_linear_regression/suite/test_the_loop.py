"""ex26, the loop: judged by where it leads, by its own gradients, and by least squares."""

from itertools import pairwise

import numpy as np
from calls import fit, fit_step_by_step, fits, try_fit
from oracle import cosine, even_data, least_squares, loss, slopes, some_data, steepest

from grader.suite import answers, between, close, exactly, normal, points, require, shaped


@points(1, hint="Step against the gradient.")
def test_one_step_goes_downhill(observe, draw):
    """One step with a small rate goes downhill."""
    for d in (3, 1):
        X, y = some_data(draw, 12, d)
        seen = observe(fit, X, y, 0.01 / steepest(X), 1)
        before = loss(X, y, np.zeros(d), 0.0)
        after = loss(X, y, shaped(seen["w"], (d,), "w"), float(shaped(seen["b"], (), "b")))
        what = "the loss grows: step against the gradient" if after > before else "w and b did not move"
        require(after < before, f"loss {before:.5g} at zero, {after:.5g} after one small step ({what})")


@points(2, hint="Take gw and gb first, then change w and b.")
def test_both_gradients_before_the_step(observe, draw):
    """Each step uses both gradients at the old w and b."""
    X, y = some_data(draw, 10, 2)
    for share, steps in ((0.4, 3), (30, 4)):
        lr = share / steepest(X)
        told = f"the place before minus lr times your own gradients there, lr {share:g} / curvature"
        for number, (place, after) in enumerate(
            pairwise(answers(observe(fit_step_by_step, X, y, lr, steps), steps + 1)), 1
        ):
            w, b, gw, gb = answers(place, 4)
            require(
                cosine([gw, gb], slopes(X, y, shaped(w, (2,), "w"), float(b))) > 0.99,
                f"gradients() after {number - 1} steps does not point along the gradient of the mean squared error",
            )
            what = f"after step {number}, against {told}"
            close(after[0], w - np.float32(lr) * gw, f"w {what}")
            moved = slopes(X, y, after[0], float(b))[1] * np.linalg.norm(gw) / np.linalg.norm(slopes(X, y, w, b)[0])
            late = " (the gradient by b was taken at the new w)" if np.isclose(after[1], b - lr * moved, 1e-3) else ""
            close(after[1], b - np.float32(lr) * gb, f"b {what}{late}")


@points(3, hint="With enough steps of a rate below 2 / curvature every start ends at the least squares solution.")
def test_reaches_least_squares(observe, draw):
    """Enough steps reach the least squares solution."""
    flat = normal(draw, 30, 3), np.full(30, 3 + draw.integers(5), np.float32)
    for what, (X, y) in (
        ("data without noise", some_data(draw, 30, 3, 0)),
        ("noisy data", some_data(draw, 30, 3, 1)),
        (f"y = {flat[1][0]:g} everywhere, so that the best b is {flat[1][0]:g}", flat),
        ("one feature", some_data(draw, 30, 1, 1)),
    ):
        seen, (w, b) = observe(fit, X, y, 1 / steepest(X), 400), least_squares(X, y)
        close(shaped(seen["w"], w.shape, f"{what}: w"), w, f"{what}: w after 400 steps", rtol=1e-3, atol=2e-4)
        close(float(shaped(seen["b"], (), f"{what}: b")), b, f"{what}: b after 400 steps", rtol=1e-3, atol=2e-4)


@points(2, hint="In each round: measure, note, then step. The loss at the end is not noted.")
def test_losses(observe, draw):
    """The list holds one plain float per step: the loss before it."""
    X, y = some_data(draw)
    small, double = np.float32(0.01) * y, (X.astype("float64"), y.astype("float64"))
    for what, data, share, steps in (
        ("a small rate", (X, y), 0.3, 5), ("a rate that is too large", (X, y), 3, 4),
        ("small targets", (X, small), 0.3, 4), ("a rate that is far too large", double, 30, 6),
    ):  # fmt: skip
        seen = answers(observe(fits, *data, share / steepest(X), list(range(steps + 1))), steps + 1)
        own = [loss(*data, shaped(one["w"], (3,), "w"), float(shaped(one["b"], (), "b"))) for one in seen]
        start = loss(*data, np.zeros(3), 0.0)
        close(own[0], start, "no steps: w and b must be zero; the loss there")
        for count, one in reversed(list(enumerate(seen))):
            losses = exactly(one["losses"], count, f"{what}, {count} steps, read after other calls: the losses")
            for number, (value, (before, after)) in enumerate(zip(losses, pairwise(own[: count + 1]), strict=True), 1):
                late = (
                    isinstance(value, float) and np.isclose(value, after, rtol=1e-5) and not np.isclose(before, after)
                )
                hint = " (this is the loss after the step)" if late else ""
                close(
                    value,
                    before,
                    f"{what}, {count} steps: loss before step {number}{hint}",
                    rtol=2e-4,
                    atol=1e-7 * start,
                )
            for kinds in answers(one["types"], count):
                require("float" in kinds, f"a loss in the list is a {kinds[0]}, no plain float")


@points(2, hint="The error along a direction of curvature c shrinks by the factor 1 - lr * c in each step.")
def test_largest_rate(observe, draw):
    """Just below 2 / curvature the rate converges, just above it diverges."""
    curvature = float(draw.uniform(6, 14))
    X, y, w = even_data(draw, curvature)
    for share, expected in ((1.99, 0.99**300), (2.01, 1.01**300)):
        seen = shaped(observe(fit, X, y, share / curvature, 300)["w"], (2,), "w")
        gap = float(np.abs(seen - w).max() / np.abs(w).max())
        what = (
            f"curvature {curvature:.2f}, rate {share} / curvature, 300 steps: distance from the best w, 1 at the start"
        )
        between(gap, 0.97 * expected, 1.03 * expected, what)


@points(1, hint="Look at lr and steps before anything else; 0 steps are allowed.")
def test_bad_arguments(observe):
    """lr <= 0 and steps < 0 are refused."""
    good = [(0.1, 2), (0.1, 0), (1e-6, 1)]
    observe.refuses(try_fit, [(0.0, 3), (-0.1, 3), (0.1, -1), (-0.1, 0)], good, ValueError, "fit_linear(lr, steps)")
