"""ex29, the numerical gradient: functions with known gradients at points drawn anew."""

import numpy as np
from asking import kept, numeric, refusable, views

from grader.suite import answers, between, close, normal, points, require, same, shaped


def right(kind, x, a):
    """The gradients of the scenario's functions."""
    x = np.asarray(x, float)
    return {
        "linear": lambda: a + 0 * x,
        "quadratic": lambda: 2 * a * x + x.sum() / 2,
        "number": lambda: 2 * a * x,
        "product": lambda: 2 * x @ a @ a.T,
        "sine": lambda: np.cos(x),
    }[kind]()


def away(draw, *shape):
    """Numbers of both signs, from 0.8 to 1.2 away from 0."""
    return draw.choice([-1.0, 1.0], shape) * draw.uniform(0.8, 1.2, shape)


@points(2, hint="One entry moves by eps to either side, all others stay; divide by the distance of the two points.")
def test_formula(observe, draw):
    """Right for linear and quadratic functions."""
    cases = [
        (kind, draw.standard_normal(5), away(draw, 5) * draw.uniform(1, 2, 5), {})
        for kind in ("linear", "quadratic", "number")
    ]
    for (kind, x, a, _), found in zip(cases, answers(observe.all(numeric, cases), 3), strict=True):
        expected, bend = right(kind, x, a), a * (kind != "linear") + 0.25 * (kind == "quadratic")
        what = f"gradient of a {kind} function" if kind != "number" else "gradient of a function that returns a float"
        seen = shaped(found, (5,), what)
        misread = {
            "twice too large: the two points are 2 eps apart": 2 * expected,
            "half of it": expected / 2,
            "the sign is wrong": -expected,
            "every entry got the sum of all: they moved at once": np.full(5, expected.sum()),
            "the difference is not divided by its distance": 2e-5 * expected,
            "multiplied by eps: `/ 2 * eps` divides by 2 alone": 1e-10 * expected,
            "0: f was asked twice at one point": 0 * expected,
        }
        named = [why for why, one in misread.items() if np.allclose(seen, one, rtol=1e-3, atol=1e-13)]
        if not named and np.ptp(seen) == 0:
            named = ["every entry got the same number"]
        if any(np.allclose(seen - expected, side * bend, rtol=0.05, atol=1e-8) for side in (1e-5, -1e-5)):
            named = ["f was asked on one side only"]
        noise = not named and np.allclose(seen, expected, rtol=0.1, atol=0.1)
        told = f" ({named[0]})" if named else " (rounding noise: float32, or eps too small)" if noise else ""
        wrong = not np.allclose(seen, expected, rtol=1e-5, atol=1e-5)
        close(seen, expected, what + (told if wrong else ""), rtol=1e-5, atol=1e-5)


@points(1, hint="A flat copy and `.view(x.shape)` work for every shape, for the one without axes as well.")
def test_shapes(observe, draw):
    """Works for vectors, matrices, more axes, and a number without axes."""
    cases = []
    for shape in ((4,), (1,), (2, 3), (3, 1), (2, 1, 2), ()):
        a = draw.standard_normal((shape[-1], 2)) if len(shape) == 2 else away(draw, *shape)
        kind = "product" if len(shape) == 2 else "sine" if shape == () else "quadratic"
        cases.append((kind, draw.standard_normal(shape), a, {}))
    for (kind, x, a, _), seen in zip(cases, answers(observe.all(numeric, cases), 6), strict=True):
        what = f"gradient for an x of shape {np.shape(x)}"
        close(shaped(seen, np.shape(x), what), np.asarray(right(kind, x, a)), what, rtol=1e-4, atol=1e-4)


@points(2, hint="A step to the right and a step to the left: what a parabola adds to both is the same.")
def test_central(observe, draw):
    """The differences are central, not one-sided."""
    # verify: ignores flipped (a wrong sign is what test_formula judges)
    x, a = away(draw, 4), away(draw, 4)
    cases = [(kind, x, a, {"eps": 0.01}) for kind in ("straight", "bent")]
    lines = answers(observe.all(numeric, cases), 2)
    plain, bent = (shaped(one, (4,), "gradient of a straight line, and with a parabola added") for one in lines)
    require((np.abs(plain) > 0.1).all(), f"gradient of a straight line of slopes {np.round(a, 2)}: saw {plain}")
    off = float(np.abs(bent - plain).max())
    told = " (f was asked on one side only)" if np.allclose(np.abs(bent - plain), 0.5, rtol=0.01) else ""
    what = "eps 0.01: gradient with 50 (x - c)² added, at c, where its slope is 0, against that without"
    close(bent, plain, what + (told if off > 1e-6 else ""), rtol=0, atol=1e-6)


@points(1, hint="The step to either side is the eps that was passed; without one it is 1e-5.")
def test_eps(observe, draw):
    """eps is the step to each side, 1e-5 by default."""
    x = np.append(away(draw, 3), [0.0, 0.05])
    for eps in (round(float(draw.uniform(0.05, 0.2)), 3), None):
        named, step, scale = ({}, 1e-5, 1e10) if eps is None else ({"eps": eps}, eps, 1.0)
        what = f"(x - c)³ times {scale:g} at c, " + ("without eps" if eps is None else f"eps {eps}")
        for at, one in zip(x, shaped(observe(numeric, "cubic", x, np.full(5, scale), named), (5,), what), strict=True):
            told = f"{what}, entry {at:.3g}: what was seen, divided by {scale:g} eps²"
            between(float(one) / scale / step**2, 0.3, 3.0, told)


@points(2, hint="`x.double()` first: in float32 three digits are left of a difference over 1e-5.")
def test_float64(observe, draw):
    """Computed in float64, also for a float32 x: right to 1e-8 for quadratic functions."""
    cases = [
        (kind, draw.standard_normal(4).astype(dtype), away(draw, 4), options)
        for dtype in ("float32", "float64")
        for kind, options in (("quadratic", {}), ("number", {}), ("quadratic", {"eps": 1e-3}))
    ]
    for (kind, x, a, options), found in zip(cases, answers(observe.all(numeric, cases), 6), strict=True):
        told = f"gradient, x in {x.dtype}, quadratic function, eps {options.get('eps', 'not given')}"
        seen, expected = shaped(found, (4,), told, "float64"), right(kind, x, a)
        k = float(seen @ expected / (expected @ expected))  # a wrong factor is judged elsewhere
        near = [one for one in (0.5, 1.0, 2.0) if abs(k - one) < 0.1]
        close(seen, (near[0] if near else 1.0) * expected, told, rtol=0, atol=3e-8)


@points(
    1, hint="Write into a clone: `x.double()` and `flatten()` may give x itself. A view has no `view(-1)`, copy it."
)
def test_arguments_stay(observe, draw):
    """x and the tensors of relative_error come back unchanged; x may be a view."""
    for dtype in ("float64", "float32"):
        x = normal(draw, 4, 4, dtype=dtype)
        ways = ("whole", "transposed", "every other column", "one row for all")
        for way, told in zip(ways, answers(observe(views, x, ways), 4), strict=True):
            found, clean, base = answers(told, 3)
            what = f"{dtype} x, {way}"
            clean = shaped(clean, {"every other column": (4, 2)}.get(way, (4, 4)), f"{what}, as a tensor of its own")
            require(np.isfinite(clean).all() and np.ptp(clean) > 1e-3, f"{what}: the gradient is {clean}")
            close(found, clean, f"{what}: gradient, against that of a tensor of its own", rtol=1e-3, atol=1e-3)
            same(base, x, f"{what}: the tensor after the call, against before")
        verdict, error, mine, a, b = answers(observe(kept, x), 5)
        require(verdict is True or verdict is False, f"check_gradient returned {verdict!r}")
        between(error, -1e15, 1e15, "relative_error(x, x + 1)")  # its value is judged elsewhere
        same(mine, x, f"{dtype} x after check_gradient, against before")
        same(a, x, f"{dtype}: the first tensor of relative_error after the call, against before")
        close(
            b,
            x + 1,
            f"{dtype}: the second tensor of relative_error after the call, against before",
            rtol=1e-6,
            atol=1e-6,
        )


@points(0.5, hint="0 and everything below raise a ValueError.")
def test_eps_refused(observe):
    """eps must be above 0."""
    observe.refuses(refusable, [0.0, -1e-5, -1.0, 0], [1e-5, 0.1, 1.0], ValueError, "numerical_gradient: eps")
