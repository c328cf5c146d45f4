"""ex05: random bowls with known eigenvalues, in float64; the examiner walks and solves in NumPy."""

import numpy as np

from grader.suite import answers, between, close, points

PAIRS = [(0.01, 10), (0.01, 50), (0.01, 100), (0.01, 500)]


# ---- scenarios: run beside the learner's code and only report


def alphas(module, pairs):
    return [module.equivalent_alpha(lr, steps) for lr, steps in pairs]


def descend(module, hessian, w_star, eigenvalues, lr, counts):
    """Weights and shares after each number of steps, and the arguments as they are afterwards."""
    ends = [module.gd_on_quadratic(hessian, w_star, lr, steps) for steps in counts]
    return ends, [module.gd_shrinkage(eigenvalues, lr, steps) for steps in counts], hessian, w_star, eigenvalues


def penalize(module, eigenvalues, penalties):
    return [module.ridge_shrinkage(eigenvalues, alpha) for alpha in penalties], eigenvalues


def both(module, eigenvalues, lr, steps):
    """The share of gradient descent, and that of the ridge which is said to be equivalent."""
    alpha = module.equivalent_alpha(lr, steps)
    return module.gd_shrinkage(eigenvalues, lr, steps), module.ridge_shrinkage(eigenvalues, alpha)


def call(module, name, *args):
    getattr(module, name)(*args)


# ---- the examiner's side


def bowl(draw, eigenvalues):
    """(H, Q, w*): H = Q diag(eigenvalues) Qᵀ in a random basis, and every part of w* in that basis at least 0.5."""
    d = len(eigenvalues)
    q, _ = np.linalg.qr(draw.standard_normal((d, d)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    parts = draw.uniform(0.5, 2.0, d) * draw.choice([-1.0, 1.0], d)
    return (hessian + hessian.T) / 2, q, q @ parts


def walk(hessian, w_star, lr, steps):
    w = np.zeros_like(w_star)
    for _ in range(steps):
        w = w - lr * (hessian @ (w - w_star))
    return w


def numbers(seen, like, what):
    """The answer as an array of the wanted shape, all of it finite."""
    assert isinstance(seen, np.ndarray), f"{what}: expected a tensor, saw {seen!r}"
    assert seen.shape == like.shape, f"{what}: expected shape {like.shape}, saw {seen.shape}"
    assert np.isfinite(seen).all(), f"{what}: not all numbers are finite"
    return seen


def exactly(seen, right, what):
    close(seen, right, what, rtol=1e-9, atol=1e-10)


@points(1.5, hint="More steps, less regularization: the two stand in the denominator.")
def test_table(observe, draw):
    """Ten times the steps need a tenth of the penalty."""
    pairs = PAIRS + [(float(draw.uniform(0.001, 0.5)), int(draw.integers(1, 1000))) for _ in range(5)]
    seen = answers(observe(alphas, pairs), len(pairs))
    told = [value for value in seen[:4] if isinstance(value, float)]
    grows = len(told) == 4 and told[0] < told[3]
    assert not grows, f"alpha for 10, 50, 100, 500 steps is {told}: more steps must mean less regularization"
    for (lr, steps), alpha in zip(pairs, seen, strict=True):
        exactly(alpha, 1 / (lr * steps), f"equivalent_alpha({lr:.4g}, {steps})")


@points(3, hint="Each step multiplies the distance to w* by 1 − ηλ in every eigendirection.")
def test_formula_is_gradient_descent(observe, draw):
    """The formula is gradient descent, in every eigendirection."""
    for d in (1, 5):
        lam, lr, counts = draw.uniform(0.5, 4.0, d), float(draw.uniform(0.02, 0.04)), [1, 12, 150]
        hessian, q, w_star = bowl(draw, lam)
        ends, shares, *after = answers(observe(descend, hessian, w_star, lam, lr, counts), 5)
        for name, seen, was in zip(("H", "w_star", "eigenvalues"), after, (hessian, w_star, lam), strict=True):
            exactly(seen, was, f"{name} after the calls must be what it was before")
        product = numbers(answers(shares, 3)[2], lam, "gd_shrinkage, 150 steps").max()
        assert product < 1.5, (
            f"gd_shrinkage says {product:.3g} after 150 steps, so the component leaves [0, w*]:"
            " each step takes its share of what is left"
        )
        for steps, end, share in zip(counts, answers(ends, 3), shares, strict=True):
            what = f"η = {lr:.4f}, λ = {np.round(lam, 3).tolist()}, {steps} steps"
            w, s = numbers(end, w_star, f"{what}: gd_on_quadratic"), numbers(share, lam, f"{what}: gd_shrinkage")
            assert np.abs(w).max() > 1e-6, f"{what}: gd_on_quadratic walks to 0, not to w*: the gradient is H(w − w*)"
            exactly(w, walk(hessian, w_star, lr, steps), f"{what}: gd_on_quadratic")
            rough = np.abs(s - (1 - np.exp(-lr * lam * steps))).max() < 1e-9
            right = 1 - (1 - lr * lam) ** steps
            about = f"{what}: 1 − exp(−ηλτ) equals the share to a few digits only: use 1 − (1−ηλ)^τ"
            assert not rough or np.abs(s - right).max() < 1e-9, about
            exactly(s, (q.T @ w) / (q.T @ w_star), f"{what}: gd_shrinkage and where gradient descent is")


@points(2, hint="Set the gradient λ(w − w*) + αw to zero; the ½ of the penalty cancels the 2 of the square.")
def test_ridge(observe, draw):
    """The ridge factor is the ridge solution."""
    lam, penalties = draw.uniform(0.1, 4.0, 5), [float(draw.uniform(0.1, 3.0)), 7.0, 0.0]
    hessian, q, w_star = bowl(draw, lam)
    shares, after = answers(observe(penalize, lam, penalties), 2)
    exactly(after, lam, "the eigenvalues after ridge_shrinkage must be what they were before")
    for alpha, share in zip(penalties, answers(shares, 3), strict=True):
        what = f"α = {alpha:.3f}, λ = {np.round(lam, 3).tolist()}"
        seen = numbers(share, lam, f"{what}: ridge_shrinkage")
        double = alpha > 0 and np.abs(seen - lam / (lam + 2 * alpha)).max() < 1e-6
        assert not double, f"{what}: your ridge is the one with 2α: the penalty is ½α‖w‖², mind the ½"
        right = q.T @ np.linalg.solve(hessian + alpha * np.eye(5), hessian @ w_star) / (q.T @ w_star)
        exactly(seen, right, f"{what}: ridge_shrinkage and the minimum of loss + ½α‖w‖²")


@points(1.5, hint="The walk starts at 0, and where λ = 0 there is no slope.")
def test_nothing_moves(observe, draw):
    """Zero steps leave zero, and flat directions never move."""
    lam = np.array([0.0, *draw.uniform(0.5, 4.0, 3)])
    hessian, q, w_star = bowl(draw, lam)
    ends, shares, *_ = answers(observe(descend, hessian, w_star, lam, 0.05, [0, 40]), 5)
    (w0, w), (s0, s) = answers(ends, 2), answers(shares, 2)
    for name, seen in (("gd_on_quadratic", w0), ("gd_shrinkage", s0)):
        largest = np.abs(numbers(seen, lam, f"{name}, zero steps")).max()
        assert largest < 1e-12, f"{name}: zero steps must give zero, saw {largest:.4g}"
    kept, _ = answers(observe(penalize, lam, [1.5]), 2)
    (r,) = answers(kept, 1)
    told = (
        ("gd_on_quadratic, 40 steps", q.T @ numbers(w, lam, "gd_on_quadratic") / (q.T @ w_star)),
        ("gd_shrinkage, 40 steps", numbers(s, lam, "gd_shrinkage")),
        ("ridge_shrinkage", numbers(r, lam, "ridge_shrinkage")),
    )
    for name, seen in told:
        flat, low = seen[0], seen[1:].min()
        assert abs(flat) < 1e-9, (
            f"{name}: the direction with λ = 0 is flat and never moves, but its share is {flat:.3g}"
        )
        assert low > 0.1, f"{name}: the directions with λ ≥ 0.5 do move, but the share of one is {low:.3g}"


@points(1, hint="Expand both factors for small λ: both begin with ητλ.")
def test_close_when_small(observe, draw):
    """While ητλ is small the two shares are less than 1 % apart."""
    lr, steps = float(draw.uniform(0.005, 0.02)), int(draw.integers(50, 200))
    lam = draw.uniform(0.3, 1.0, 4) * 0.01 / (lr * steps)
    gd, ridge = answers(observe(both, lam, lr, steps), 2)
    for t, a, b in zip(lr * steps * lam, numbers(gd, lam, "gd"), numbers(ridge, lam, "ridge"), strict=True):
        what = f"ητλ = {t:.5f}: gradient descent {a:.6f}, ridge {b:.6f}"
        between(float(a / t), 0.98, 1.0, f"{what}: share of gradient descent, divided by ητλ")
        between(float(b / a), 0.99, 1.01, f"{what}: ridge divided by gradient descent")


@points(1.5, hint="λ/(λ + α) is another function than 1 − (1−ηλ)^τ; they meet only at both ends.")
def test_apart_in_the_middle(observe, draw):
    """In the middle the two differ by up to a fifth of the weight."""
    # With t = ητλ the gap is nearly 1 − exp(−t) − t/(1 + t), largest at t = 2.51 with .2036.
    steps = int(draw.integers(2000, 4000))
    lr = float(draw.uniform(0.5, 2.0)) / steps
    t = np.concatenate([[0.001, 1.0], np.linspace(0.5, 8.0, 151), [300.0]])
    gd, ridge = answers(observe(both, t / (lr * steps), lr, steps), 2)
    a, b = numbers(gd, t, "gd_shrinkage"), numbers(ridge, t, "ridge_shrinkage")
    between(float(a[1]), 0.630, 0.634, "ητλ = 1: share of gradient descent")
    between(float(b[1]), 0.499, 0.501, "ητλ = 1: share of ridge")
    gap = a - b
    between(float(gap.max()), 0.2, 0.207, "the largest gap between gradient descent and ridge")
    between(float(t[gap.argmax()]), 2.4, 2.65, "ητλ at the largest gap")
    for end in (0, -1):
        between(float(abs(gap[end])), 0.0, 0.01, f"ητλ = {t[end]:g}: the gap at the end")


@points(1, hint="A steep direction is learned first; a penalty costs it least.")
def test_order(observe, draw):
    """Both keep the order: stiff directions come first, more steps or less penalty keep more."""
    lam = draw.uniform(0.2, 0.6, 6).cumsum()
    hessian, _, w_star = bowl(draw, lam)
    _, shares, *_ = answers(observe(descend, hessian, w_star, lam, 0.02, [5, 30, 90]), 5)
    kept, _ = answers(observe(penalize, lam, [3.0, 1.0, 0.3]), 2)
    for name, three in (("gradient descent", shares), ("ridge", kept)):
        table = np.stack([numbers(row, lam, name) for row in answers(three, 3)])
        stiff, more = np.diff(table, axis=1).min(), np.diff(table, axis=0).min()
        assert stiff > 0, f"{name}: a larger λ must have the larger share, but {np.round(table[0], 3).tolist()}"
        assert more > 0, f"{name}: more steps or less penalty must keep more, but {np.round(table[:, 0], 3).tolist()}"
        between(float(table.max()), 0.3, 1.0, f"{name}: largest share")
        between(float(table.min()), 0.0, 0.3, f"{name}: smallest share")


@points(0.5, hint="Check the arguments first.")
def test_refusals(observe, draw):
    """Bad numbers are refused."""
    hessian, _, w_star = bowl(draw, draw.uniform(0.5, 2.0, 3))
    walked, bent = ("gd_on_quadratic", hessian, w_star), ("ridge_shrinkage", w_star**2)
    observe.refuses(
        call,
        bad=[
            (*walked, 0.1, -1), (*walked, 0.0, 3), (*walked, -0.1, 3), (*bent, -0.5),
            ("equivalent_alpha", 0.1, 0), ("equivalent_alpha", 0.1, -4),
        ],
        good=[(*walked, 0.1, 0), (*walked, 0.1, 3), (*bent, 0.5), (*bent, 0.0), ("equivalent_alpha", 0.1, 1)],
        error=ValueError,
        what="the call",
    )  # fmt: skip
