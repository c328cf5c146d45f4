"""ex05: random bowls with known eigenvalues. Each function has tests of its own; three ask for all of them together."""

import numpy as np
from paths import COUNTS, bowl, descents, naming, penalties_for, ridge, shares, unsorted

from grader.suite import answers, between, close, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def descend(module, hessian, w_star, lr, counts):
    """The weights after each number of steps."""
    return [module.gd_on_quadratic(hessian.clone(), w_star.clone(), lr, steps) for steps in counts]


def shrink(module, eigenvalues, lr, counts):
    return [module.gd_shrinkage(eigenvalues.clone(), lr, steps) for steps in counts]


def penalize(module, eigenvalues, penalties):
    return [module.ridge_shrinkage(eigenvalues.clone(), alpha) for alpha in penalties]


def alphas(module, pairs):
    """The penalties, and the types of those that are no floats."""
    seen = [module.equivalent_alpha(lr, steps) for lr, steps in pairs]
    return seen, [type(alpha).__name__ for alpha in seen if not isinstance(alpha, float | np.floating)]


def both(module, eigenvalues, lr, steps):
    """The share of gradient descent, and that of the ridge which is said to be equivalent."""
    alpha = module.equivalent_alpha(lr, steps)
    return module.gd_shrinkage(eigenvalues.clone(), lr, steps), module.ridge_shrinkage(eigenvalues.clone(), alpha)


def kept(module, name, tensors, numbers):
    """The answer, and the tensors as they are after the call."""
    return getattr(module, name)(*tensors, *numbers), tensors


def call_descent(module, H, w_star, lr, steps):
    module.gd_on_quadratic(H, w_star, lr, steps)


def call_ridge(module, eigenvalues, alpha):
    module.ridge_shrinkage(eigenvalues, alpha)


def call_alpha(module, lr, steps):
    module.equivalent_alpha(lr, steps)


# ---- the examiner's side


def rows(seen, like, what):
    """The answers as the rows of one array, each of them of the shape that `like` has, all numbers finite."""
    table = np.stack([shaped(one, like.shape, f"{what}, call {i + 1}") for i, one in enumerate(seen)])
    require(np.isfinite(table).all(), f"{what}: not all numbers are finite")
    return table


def keeps(observe, name, tensors, numbers, right):
    """The answer has the dtype of the tensors and all its digits, and the tensors are afterwards what they were."""
    for dtype, tolerance in (("float64", 1e-11), ("float32", 1e-4)):
        given = [values.astype(dtype) for values in tensors.values()]
        seen, after = answers(observe(kept, name, given, numbers), 2)
        what = f"{name} of {dtype} tensors"
        for label, now, was in zip(tensors, answers(after, len(given)), given, strict=True):
            same(now, was, f"{label} after {name} must be what it was before", hint="Work on a tensor of your own.")
        shaped(seen, right.shape, what, dtype)
        rough = np.allclose(seen, right, rtol=1e-4, atol=1e-5)
        why = (
            "only the first digits are right, as after float32 or rounding"
            if rough
            else "the numbers are not right yet"
        )
        close(seen, right, f"{what}: {why}", rtol=tolerance, atol=tolerance)


@points(2, hint="One step leads from w to w − η H(w − w*), and the first one starts at 0.")
def test_descent(observe, draw):
    """gd_on_quadratic ends where gradient descent ends."""
    for d, size in ((5, 1.0), (5, 1e-4), (1, 1.0)):
        lam, lr = unsorted(draw, 0.5, 4.0, d), float(draw.uniform(0.02, 0.04))
        hessian, _, w_star = bowl(draw, lam)
        w_star = size * w_star
        right, misread = descents(hessian, w_star, lr, COUNTS)
        what = f"gd_on_quadratic, η = {lr:.4f}, w* of size {size:g}, after 1, 12 and 150 steps"
        seen = rows(answers(observe(descend, hessian, w_star, lr, COUNTS), 3), w_star, what)
        hint = "All steps are taken, however small w* and the gradient are." if size < 1 else ""
        close(seen, right, what if hint else naming(what, seen, misread), atol=1e-5 * size, hint=hint)


@points(0.5, hint="Any η > 0 counts: follow w − η H(w − w*) as it is, neither refused nor held back.")
def test_overshoot(observe, draw):
    """gd_on_quadratic follows a large learning rate too, where the steps overshoot or diverge."""
    for top, counts in ((1.8, [7]), (2.6, [9])):
        lam = unsorted(draw, 0.1, 0.5, 4)
        lr = top / float(lam.max())
        hessian, _, w_star = bowl(draw, lam)
        right, _ = descents(hessian, w_star, lr, counts)
        what = f"gd_on_quadratic, η = {lr:.3f}, ηλ up to {top}, {counts[0]} steps"
        seen = rows(answers(observe(descend, hessian, w_star, lr, counts), 1), w_star, what)
        close(seen, right, what)


@points(0.5, hint="The walk starts at 0, and along a direction with λ = 0 the loss has no slope.")
def test_descent_at_rest(observe, draw):
    """gd_on_quadratic: zero steps leave zero, and flat directions never move."""
    lam = np.array([0.0, *draw.uniform(0.5, 4.0, 3)])
    hessian, q, w_star = bowl(draw, lam)
    zero, w = rows(answers(observe(descend, hessian, w_star, 0.05, [0, 40]), 2), w_star, "gd_on_quadratic")
    close(zero, 0 * w_star, "gd_on_quadratic, zero steps must give zero", rtol=0, atol=1e-6)
    flat, *steep = (q.T @ w) / (q.T @ w_star)
    what = "gd_on_quadratic, 40 steps"
    require(
        abs(flat) < 1e-4, f"{what}: the direction with λ = 0 is flat and never moves, but its share of w* is {flat:.3g}"
    )
    low = min(steep)
    require(low > 0.05, f"{what}: the directions with λ ≥ 0.5 move towards w*, but the share of one is {low:.3g}")


@points(0.5, hint="The same dtype out as in, all its digits, and the arguments as they were.")
def test_descent_keeps(observe, draw):
    """gd_on_quadratic answers in the dtype of H and w_star, and leaves both as they are."""
    hessian, _, w_star = bowl(draw, unsorted(draw, 0.5, 4.0))
    right, _ = descents(hessian, w_star, 0.05, [20])
    keeps(observe, "gd_on_quadratic", {"H": hessian, "w_star": w_star}, (0.05, 20), right[0])


@points(0.5, hint="Two conditions, each of them enough: fewer than 0 steps, a learning rate of 0 or less.")
def test_descent_refuses(observe, draw):
    """gd_on_quadratic refuses steps < 0 and lr <= 0."""
    hessian, _, w_star = bowl(draw, draw.uniform(0.5, 2.0, 2))
    bad = [
        (hessian, w_star, lr, steps) for lr, steps in ((0.1, -1), (0.1, -5), (0.0, 3), (-0.1, 3), (0.0, 0), (-0.1, 0))
    ]
    good = [(hessian, w_star, 0.1, 0), (hessian, w_star, 0.1, 3)]
    observe.refuses(call_descent, bad, good, ValueError, "gd_on_quadratic(H, w_star, lr, steps)")


@points(2, hint="Each step multiplies the distance to w* by 1 − ηλ in every eigendirection.")
def test_formula(observe, draw):
    """gd_shrinkage is gradient descent's share of w*, in every eigendirection."""
    for d, low, high in ((5, 0.02, 0.04), (4, 0.22, 0.24), (1, 0.02, 0.04)):
        lam, lr = unsorted(draw, 0.5, 4.0, d), float(draw.uniform(low, high))
        right, misread = shares(lam, lr, COUNTS)
        what = f"gd_shrinkage, η = {lr:.4f}, λ = {np.round(lam, 3).tolist()}, after 1, 12 and 150 steps"
        seen = rows(answers(observe(shrink, lam, lr, COUNTS), 3), lam, what)
        close(seen, right, naming(what, seen, misread))


@points(0.5, hint="(1 − ηλ)^τ is 1 without steps and where λ = 0.")
def test_formula_at_rest(observe, draw):
    """gd_shrinkage: zero steps and flat directions have a share of zero."""
    lam = np.array([draw.uniform(0.5, 4.0), 0.0, *draw.uniform(0.5, 4.0, 2)])
    zero, share = rows(answers(observe(shrink, lam, 0.05, [0, 40]), 2), lam, "gd_shrinkage, 0 and 40 steps")
    close(zero, 0 * lam, "gd_shrinkage, zero steps must give zero", rtol=0, atol=1e-6)
    close(float(share[1]), 0.0, "gd_shrinkage, 40 steps, where λ = 0 and nothing ever moves", rtol=0, atol=1e-6)
    low = share[lam > 0].min()
    require(low > 0.05, f"gd_shrinkage, 40 steps: the directions with λ ≥ 0.5 move, but the share of one is {low:.3g}")


@points(0.5, hint="The same dtype out as in, all its digits, and the argument as it was.")
def test_formula_keeps(observe, draw):
    """gd_shrinkage answers in the dtype of the eigenvalues, and leaves them as they are."""
    lam = unsorted(draw, 0.5, 4.0)
    right, _ = shares(lam, 0.05, [20])
    keeps(observe, "gd_shrinkage", {"eigenvalues": lam}, (0.05, 20), right[0])


@points(1, hint="For small λ one share is about ητλ and the other λ/α: set them equal.")
def test_table(observe, draw):
    """equivalent_alpha: ten times the steps need a tenth of the penalty."""
    pairs = [(0.01, steps) for steps in (10, 50, 100, 500)]
    pairs += [(float(draw.uniform(0.001, 0.5)), int(draw.integers(2, 1000))) for _ in range(5)]
    seen, kinds = answers(observe(alphas, pairs), 2)
    right, misread = penalties_for(pairs)
    told = rows(answers(seen, len(pairs)), np.array(1.0), "equivalent_alpha")
    kind = "a tensor" if "Tensor" in kinds else f"of type {kinds[0]} for some arguments" if kinds else ""
    hint = "Neither input is one." if "Tensor" in kinds else "Also where the number is whole."
    require(not kind, f"equivalent_alpha is {kind}, asked for is a float", hint=hint)
    named = naming("equivalent_alpha", told, misread)
    for (lr, steps), alpha, expected in zip(pairs, told.tolist(), right.tolist(), strict=True):
        what = named.replace("equivalent_alpha", f"equivalent_alpha({lr:.4g}, {steps})")
        close(alpha, expected, what, rtol=1e-9, atol=1e-10)


@points(0.5, hint="Without a step no finite penalty does the same; with one step there is one.")
def test_table_refuses(observe):
    """equivalent_alpha refuses steps < 1."""
    bad, good = [(0.1, 0), (0.1, -4)], [(0.1, 1), (0.1, 7)]
    observe.refuses(call_alpha, bad, good, ValueError, "equivalent_alpha(lr, steps)")


@points(2, hint="Set the gradient λ(w − w*) + αw to zero; the ½ of the penalty cancels the 2 of the square.")
def test_ridge(observe, draw):
    """ridge_shrinkage is the share of w* at the minimum of loss + ½α‖w‖²."""
    lam, penalties = unsorted(draw, 0.1, 4.0), [float(draw.uniform(0.1, 0.6)), float(draw.uniform(1.2, 3.0)), 7.0]
    hessian, q, w_star = bowl(draw, lam)
    minima = [np.linalg.solve(hessian + alpha * np.eye(5), hessian @ w_star) for alpha in penalties]
    _, misread = ridge(lam, penalties)
    what = f"ridge_shrinkage, λ = {np.round(lam, 3).tolist()}, α = {', '.join(f'{a:.3f}' for a in penalties)}"
    seen = rows(answers(observe(penalize, lam, penalties), 3), lam, what)
    close(seen, np.stack([(q.T @ w) / (q.T @ w_star) for w in minima]), naming(what, seen, misread))


@points(0.5, hint="λ/(λ + α) is 1 where α = 0, and 0 where λ = 0.")
def test_ridge_at_its_ends(observe, draw):
    """ridge_shrinkage: without a penalty nothing is lost, and of a flat direction nothing is kept."""
    lam = np.array([draw.uniform(0.5, 4.0), 0.01, *draw.uniform(0.5, 4.0, 2)])
    (seen,) = rows(answers(observe(penalize, lam, [0.0]), 1), lam, "ridge_shrinkage, α = 0")
    close(seen, np.ones(4), "ridge_shrinkage, α = 0, so nothing is lost", rtol=0, atol=1e-6)
    lam[1] = 0.0
    (seen,) = rows(answers(observe(penalize, lam, [1.5]), 1), lam, "ridge_shrinkage, α = 1.5")
    close(float(seen[1]), 0.0, "ridge_shrinkage, α = 1.5, where λ = 0 and nothing is kept", rtol=0, atol=1e-6)
    low = seen[lam > 0].min()
    require(low > 0.05, f"ridge_shrinkage, α = 1.5: for λ ≥ 0.5 a good part is kept, but the share of one is {low:.3g}")


@points(0.5, hint="The same dtype out as in, all its digits, and the argument as it was.")
def test_ridge_keeps(observe, draw):
    """ridge_shrinkage answers in the dtype of the eigenvalues, and leaves them as they are."""
    lam, alpha = unsorted(draw, 0.5, 4.0), float(draw.uniform(0.5, 2.0))
    keeps(observe, "ridge_shrinkage", {"eigenvalues": lam}, (alpha,), lam / (lam + alpha))


@points(0.5, hint="A negative penalty would reward large weights.")
def test_ridge_refuses(observe, draw):
    """ridge_shrinkage refuses alpha < 0."""
    lam = draw.uniform(0.5, 2.0, 3)
    bad, good = [(lam, -0.5), (lam, -0.001)], [(lam, 0.5), (lam, 2.0)]
    observe.refuses(call_ridge, bad, good, ValueError, "ridge_shrinkage(eigenvalues, alpha)")


@points(0.5, hint="Both shares and the α enter here: if one of their own tests fails, mend that first.")
def test_close_when_small(observe, draw):
    """Together: while ητλ is small the two shares are less than 1 % apart."""
    lr, steps = float(draw.uniform(0.005, 0.02)), int(draw.integers(50, 200))
    lam = unsorted(draw, 0.3, 1.0, 4) * 0.01 / (lr * steps)
    gd, penalized = rows(answers(observe(both, lam, lr, steps), 2), lam, "gd_shrinkage and ridge_shrinkage")
    for t, a, b in zip((lr * steps * lam).tolist(), gd.tolist(), penalized.tolist(), strict=True):
        what = f"ητλ = {t:.5f}: gradient descent {a:.6f}, ridge {b:.6f}"
        between(a / t, 0.98, 0.9995, f"{what}: share of gradient descent, divided by ητλ")
        between(b / t, 0.98, 0.9995, f"{what}: share of ridge, divided by ητλ")


@points(1, hint="Both shares and the α enter here: if one of their own tests fails, mend that first.")
def test_apart_in_the_middle(observe, draw):
    """Together: in the middle the two differ by up to a fifth of the weight."""
    # With t = ητλ the gap is nearly 1 − exp(−t) − t/(1 + t), largest at t = 2.51 with .2036.
    steps = int(draw.integers(200, 400))
    lr = float(draw.uniform(0.5, 2.0)) / steps
    t = np.concatenate([[150.0, 1.0], np.linspace(0.5, 5.0, 46), [0.001]])
    a, b = rows(answers(observe(both, t / (lr * steps), lr, steps), 2), t, "gd_shrinkage and ridge_shrinkage")
    between(float(a[1]), 0.630, 0.636, "ητλ = 1: share of gradient descent")
    between(float(b[1]), 0.499, 0.501, "ητλ = 1: share of ridge")
    gap = a - b
    between(float(gap.max()), 0.2, 0.207, "the largest gap between gradient descent and ridge")
    between(float(t[gap.argmax()]), 2.35, 2.65, "ητλ at the largest gap")
    for end in (0, -1):
        between(float(abs(gap[end])), 0.0, 0.01, f"ητλ = {t[end]:g}: the gap at the end")


@points(0.5, hint="A steep direction is learned first; a penalty costs it least.")
def test_order(observe, draw):
    """Together: stiff directions come first, and more steps or less penalty keep more."""
    lam = draw.uniform(0.2, 0.6, 6).cumsum()
    for name, scenario, rest in (
        ("gd_shrinkage", shrink, (0.02, [5, 30, 90])),
        ("ridge_shrinkage", penalize, ([3.0, 1.0, 0.3],)),
    ):
        table = rows(answers(observe(scenario, lam, *rest), 3), lam, name)
        stiff, more = np.diff(table, axis=1).min(), np.diff(table, axis=0).min()
        require(stiff > 0, f"{name}: a larger λ must have the larger share, but {np.round(table[0], 3).tolist()}")
        require(more > 0, f"{name}: more steps or less penalty must keep more, but {np.round(table[:, 0], 3).tolist()}")
        between(float(table.max()), 0.3, 1.0, f"{name}: largest share")
        between(float(table.min()), 0.0, 0.3, f"{name}: smallest share")
