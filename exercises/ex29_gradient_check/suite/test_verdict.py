"""ex29, the verdict: relative errors of drawn tensors; gradients of a mean squared error, right and wrong ones."""

import numpy as np
from asking import error, precise, uneven, verdicts

from grader.suite import answers, close, points, same


def formula(a, b):
    return float((np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)).max())


@points(2, hint="|a - b| / (|a| + |b|) for each entry, and the largest of these quotients.")
def test_relative_error(observe, draw):
    """relative_error: the largest relative difference of an entry, whichever tensor comes first."""
    cases = []
    for shape, dtype in (((6,), "float64"), ((2, 3), "float32"), ((), "float64")):
        a = np.asarray(draw.choice([-1, 1], shape) * draw.uniform(1, 3, shape), dtype)
        b = np.asarray(a * draw.uniform(1.1, 1.3, shape), dtype)
        if shape:
            a.flat[1], b.flat[1] = 0.02, 0.05  # the largest quotient is not the largest difference
            a.flat[2], b.flat[2] = 40.0, 42.0
            a.flat[3] = -a.flat[3] if draw.random() < 0.5 else a.flat[3]
            b.flat[3] = a.flat[3] * 1.2
            a.flat[4], b.flat[4] = 0.05, 0.022
        cases += [(a, b), (b, a)]
    for (a, b), found in zip(cases, answers(observe.all(error, cases), 6), strict=True):
        p, q = a.astype(float), b.astype(float)
        gap, size = np.abs(p - q), np.abs(p) + np.abs(q)
        misread = {
            "an absolute error": gap.max(),
            "the mean over the entries": (gap / size).mean(),
            "the sum over the entries": (gap / size).sum(),
            "the largest difference over the largest sum": gap.max() / size.max(),
            "a quotient of norms": np.linalg.norm(p - q) / (np.linalg.norm(p) + np.linalg.norm(q)),
            "relative to the first tensor alone": (gap / np.abs(p)).max(),
            "relative to the second tensor alone": (gap / np.abs(q)).max(),
            "relative to the larger of both": (gap / np.maximum(np.abs(p), np.abs(q))).max(),
            "relative to the mean of both: the sum is asked for": 2 * (gap / size).max(),
            "without absolute values": ((p - q) / (p + q)).max(),
            "the smallest quotient": (gap / size).min(),
            "in percent": 100 * (gap / size).max(),
        }
        expected = formula(p, q)
        ok = isinstance(found, float) and abs(found - expected) < 1e-4 * expected
        named = [why for why, one in misread.items() if isinstance(found, float) and abs(found - one) < 1e-5]
        told = f" ({named[0]})" if named and not ok else ""
        close(found, expected, f"relative_error of two tensors of shape {p.shape}{told}", rtol=1e-4, atol=1e-6)
    near = draw.uniform(1, 3, 4)
    found, expected = observe(error, near, near * (1 + 2e-9)), 1e-9
    told = " (float32 loses such a difference)" if found == 0 or found > 1e-8 else ""
    close(found, expected, f"relative_error of float64 tensors, one 2e-9 larger{told}", rtol=0.01, atol=0)


@points(1, hint="Nothing may be divided by less than 1e-12.")
def test_relative_error_near_zero(observe, draw):
    """relative_error: 0 for equal tensors, finite where both are 0."""
    some = draw.uniform(1, 2, 4)
    zeros, half = np.zeros(4), some * np.array([1, 0, 1, 1])
    tiny = np.array([0, draw.uniform(1e-14, 5e-14), 0, 0])
    cases = {
        "two equal tensors": (some, some, 0.0),
        "zeros and zeros": (zeros, zeros, 0.0),
        "two equal tensors with a zero": (half, half, 0.0),
        "a zero against a number": (half, some, 1.0),
        "a number against a zero": (some, half, 1.0),
        "1e-14 against 0": (tiny, zeros, float(tiny.max()) / 1e-12),
    }
    for dtype in ("float32", "float64"):
        pairs = [(a.astype(dtype), b.astype(dtype)) for a, b, _ in cases.values()]
        seen = answers(observe.all(error, pairs), len(pairs))
        for (name, (_, _, expected)), one in zip(cases.items(), seen, strict=True):
            close(one, expected, f"relative_error of {name}, {dtype}", rtol=0.06, atol=1e-9)


def regression(draw, *shape):
    """Features, targets and weights whose gradient has no entry near 0."""
    while True:
        features, targets = draw.standard_normal((6, shape[0])), draw.standard_normal((6, *shape[1:]))
        w = draw.standard_normal(shape)
        gradient = features.T @ (features @ w - targets) / 3
        if np.abs(gradient).min() > 0.1:
            return w, features, targets


def judge(seen, cases, what):
    """One verdict per case, as expected."""
    for (name, _, expected), one in zip(cases, answers(seen, len(cases)), strict=True):
        same(one, expected, f"check_gradient, {what}: {name}")


@points(3, hint="One relative error for all entries, compared with tol; a single bad entry makes the gradient wrong.")
def test_verdict(observe, draw):
    """A wrong sign, a missing factor and one bad entry are caught; a right gradient passes."""
    for shape in ((4,), (3, 2)):
        w, features, targets = regression(draw, *shape)
        ones, swapped = np.ones(shape), np.ones(shape)
        bad = []
        for place in (0, int(draw.integers(1, w.size - 1)), w.size - 1):
            one = np.ones(shape)
            one.flat[place] = 1.02
            bad.append(one)
        swapped.flat[1] = -1
        cases = [
            ("the right gradient", ones, True),
            ("the sign is wrong everywhere", -ones, False),
            ("the sign is wrong in one entry", swapped, False),
            ("the factor 2 is missing", ones / 2, False),
            ("N times too large", 6 * ones, False),
            ("the first entry is 2 % off", bad[0], False),
            ("an entry is 2 % off", bad[1], False),
            ("the last entry is 2 % off", bad[2], False),
            ("all zeros", 0 * ones, False),
        ]
        seen = observe(verdicts, w, features, targets, [change for _, change, _ in cases], 1.0, {})
        judge(seen, cases, f"mean squared error, weights of shape {shape}")


@points(1.5, hint="An error of 1 is nothing beside 1e7 and everything beside 1e-10: divide by the size of the entry.")
def test_verdict_is_relative(observe, draw):
    """Large gradients, tiny gradients and small entries beside large ones are judged relative to their size."""
    w, features, targets = regression(draw, 4)
    ones = np.ones(4)
    cases = [("the right gradient", ones, True), ("twice too large", 2 * ones, False)]
    changes = [change for _, change, _ in cases]
    for scale in (1e-10, 1.0, 1e7):
        seen = observe(verdicts, w, features, targets, changes, scale, {})
        judge(seen, cases, f"mean squared error times {scale:g}")
    small = np.array([1.0, 1.0, 2.0, 1.0])
    cases = [("the right gradient", ones, True), ("the smallest entry is twice too large", small, False)]
    a = np.array([900.0, -1100.0, 0.01, 1000.0]) * draw.uniform(1, 1.5, 4)
    seen = observe(uneven, draw.standard_normal(4), a, [change for _, change, _ in cases])
    judge(seen, cases, "gradient (1e3, -1e3, 1e-2, 1e3), tol 0.001")


@points(1, hint="Compare the relative error with `tol`, and take 1e-6 where none is given.")
def test_tol(observe, draw):
    """tol is the largest relative error that passes, 1e-6 by default."""
    w, features, targets = regression(draw, 4)
    for tol in (None, round(float(draw.uniform(1e-3, 5e-3)), 4), 0.1):
        limit, options = (1e-6, {}) if tol is None else (tol, {"tol": tol})
        cases = [
            ("the right gradient", np.ones(4), True),
            (f"{0.6 * limit:.1e} too large", np.full(4, 1 + 0.6 * limit), True),
            (f"{5 * limit:.1e} too large", np.full(4, 1 + 5 * limit), False),
        ]
        seen = observe(verdicts, w, features, targets, [change for _, change, _ in cases], 1.0, options)
        judge(seen, cases, "default tol" if tol is None else f"tol {tol}")
    zeros = [("all zeros, whose relative error is exactly 1", np.zeros(4), True)]
    judge(observe(verdicts, w, features, targets, [np.zeros(4)], 1.0, {"tol": 1.0}), zeros, "tol 1.0")


@points(0.5, hint="Every comparison with nan is False: ask whether the error is small, not whether it is large.")
def test_nan(observe, draw):
    """A gradient with a nan or an infinite entry never passes."""
    w, features, targets = regression(draw, 4)
    cases = [("the right gradient", np.ones(4), True)]
    for name, value in (("nan", np.nan), ("inf", np.inf), ("-inf", -np.inf)):
        one = np.ones(4)
        one[int(draw.integers(4))] = value
        cases += [(f"one entry is {name}", one, False), (f"all entries are {name}", np.full(4, value), False)]
    seen = observe(verdicts, w, features, targets, [change for _, change, _ in cases], 1.0, {})
    judge(seen, cases, "mean squared error")
    a, hole = draw.uniform(1, 2, 4) * np.array([1, 1, 0, 1]), np.array([1, 1, np.nan, 1])
    cases = [("the right gradient", np.ones(4), True), ("nan where it is 0", hole, False)]
    seen = observe(uneven, draw.standard_normal(4), a, [change for _, change, _ in cases])
    judge(seen, cases, "a function that does not depend on one entry")


@points(0.5, hint="Pass `x.double()` to grad as well: a float32 gradient is right to six digits at best.")
def test_verdict_in_float64(observe, draw):
    """f and grad are called in float64, also for a float32 x."""
    x = (draw.choice([-1, 1], 4) * draw.uniform(0.5, 1.5, 4)).astype("float32")
    for dtype in ("float32", "float64"):
        seen = answers(observe(precise, x.astype(dtype), float(draw.uniform(500, 900))), 2)
        what = f"check_gradient, x in {dtype}, f(x) = Σ x², gradient 2 ((x + c) - c)"
        same(seen[0], True, f"{what}, which is right in float64 and 1e-5 off in float32")
        same(seen[1], False, f"{what}, times 1.01")
