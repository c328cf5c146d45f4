"""ex34, the steps: gradient descent with penalty and with decay, and Adam's first step, each against its formula."""

import numpy as np
from decay import (
    by_penalty,
    call_adam,
    call_sgd_decay,
    call_sgd_penalty,
    far,
    first,
    follows,
    kept,
    leftovers,
    misread_adam,
    misread_sgd,
    precise,
    rates,
    steps,
    unit,
)  # fmt: skip

from grader.suite import answers, close, normal, points, require, shaped

NAMES = (
    ("sgd_step_penalty", ()), ("sgd_step_decay", ()), ("adam_first_step", (False,)), ("adam_first_step", (True,)),
)  # fmt: skip


def gradient_descent(observe, draw, name):
    """One step from weights of several shapes, and three steps in a row."""
    for shape in ((6,), (3, 4), (2, 1, 3), ()):
        lr, lam = rates(draw)
        what = f"{name}, lr {lr}, lam {lam}, shape {shape}: new weight"
        seen, w, g = first(observe, draw, name, shape, (lr, lam))
        follows(seen, by_penalty(w, g, lr, lam), what, misread_sgd(w, g, lr, lam) if shape else {})
    lr, lam = rates(draw)
    w, grads = normal(draw, 4), [normal(draw, 4) for _ in range(3)]
    right = w.astype(float)
    for i, seen in enumerate(answers(observe(steps, name, w, grads, (lr, lam)), 3)):
        right = by_penalty(right, grads[i], lr, lam)
        close(seen, right, f"{name}, lr {lr}, lam {lam}: weight after {i + 1} of three steps in a row")
    precise(observe, draw, name, (lr, lam), lambda w, g: by_penalty(w, g, lr, lam), name)


@points(2, hint="The gradient of the penalty is lam * w: add it to grad, and follow the sum by lr.")
def test_sgd_with_penalty(observe, draw):
    """A step with the penalty adds lam times w to the gradient."""
    gradient_descent(observe, draw, "sgd_step_penalty")


@points(
    2, hint="(1 - lr * lam) times the old weight, minus lr times the gradient: the same as a step with the penalty."
)
def test_sgd_with_decay(observe, draw):
    """A step with decay shrinks the old weight, then follows the gradient."""
    gradient_descent(observe, draw, "sgd_step_decay")


def adam(observe, draw, decoupled, formula):
    """Gradients as large as the weights, a hundred times as large, and against the penalty."""
    for scale, shape in ((1.0, (6,)), (100.0, (3, 4)), (0.1, (7,)), (1.0, ())):
        lr, lam = rates(draw)
        what = f"lr {lr}, lam {lam}, decoupled {decoupled}, gradients of about {scale:g}: new weight"
        w, g = far(draw, shape), far(draw, shape)
        g = np.asarray(g * np.float32(scale))
        g = np.where(np.abs(g + lam * w) < 0.05, -g, g)  # eps shall not show here
        (seen,) = answers(observe(steps, "adam_first_step", w, [g], (lr, lam, decoupled)), 1)
        w, g = w.astype(float), g.astype(float)
        other = "this is decoupled decay" if not decoupled else "the penalty is in the gradient: that is not decoupled"
        cases = {other: within(w, g, lr, lam) if decoupled else beside(w, g, lr, lam)} | misread_adam(w, g, lr, lam)
        follows(seen, formula(w, g, lr, lam), what, cases if shape else {})
    lr, lam = rates(draw)
    what = f"adam_first_step, decoupled {decoupled}"
    precise(observe, draw, "adam_first_step", (lr, lam, decoupled), lambda w, g: formula(w, g, lr, lam), what)


def within(w, g, lr, lam):
    return w - lr * unit(g + lam * w)


def beside(w, g, lr, lam):
    return (1 - lr * lam) * w - lr * unit(g)


@points(2, hint="g = grad + lam * w goes into both averages: m̂ = g, v̂ = g².")
def test_adam_with_penalty(observe, draw):
    """decoupled=False: Adam divides the sum of gradient and penalty by its size."""
    adam(observe, draw, False, within)


@points(2, hint="Shrink the old weight by 1 - lr * lam; the averages see grad alone.")
def test_adam_with_decay(observe, draw):
    """decoupled=True: the weight shrinks by 1 - lr lam, outside Adam's division."""
    adam(observe, draw, True, beside)


@points(1, hint="The denominator is the root of v̂, plus 1e-8: eps stands outside the root.")
def test_tiny_gradients(observe, draw):
    """eps = 1e-8 is added to the root: tiny gradients make shorter steps, a gradient of 0 none."""
    lr = rates(draw)[0]
    g = np.array([3e-9, -1e-8, 5e-8, -4e-7, 0.0, 1.0]) * draw.uniform(0.8, 1.25)
    w = np.zeros(6)
    for decoupled in (False, True):
        seen = observe(steps, "adam_first_step", w, [g], (lr, 0.0, decoupled))
        (seen,) = answers(seen, 1)
        what = f"lr {lr}, lam 0, decoupled {decoupled}, gradients {', '.join(f'{one:.2g}' for one in g)}: the step"
        shaped(seen, (6,), what)
        others = {
            "eps is inside the root": g / np.sqrt(g * g + 1e-8),
            "eps is inside the root, squared": g / np.sqrt(g * g + 1e-16),
            "there is no eps": np.sign(g),
            "eps is 1e-7": g / (np.abs(g) + 1e-7),
            "averages and eps without correction": 0.1 * g / (np.sqrt(0.001 * g * g) + 1e-8) / np.sqrt(10),
        }
        scale = float(np.abs(seen[5]))  # a wrong length of all steps is judged elsewhere
        require(np.isfinite(scale) and scale > 1e-3 * lr, f"{what} of the largest gradient is {seen[5]:.3g}")
        named = [why for why, one in others.items() if np.allclose(seen / scale, -one, rtol=1e-3, atol=1e-4)]
        require(not np.isnan(seen).any(), f"{what} is nan for a gradient of 0: 0 / 0")
        close(
            seen / scale,
            -unit(g),
            what + f", over that of a gradient of 1{f' ({named[0]})' if named else ''}",
            rtol=1e-3,
            atol=1e-4,
        )


@points(1, hint="Every λ in the formulas is a factor: 0 takes all of it away, and the plain step is left.")
def test_zero_changes_nothing(observe, draw):
    """With lam = 0 nothing is added and nothing shrinks: only the gradient counts."""
    lr = rates(draw)[0]
    w, g = far(draw, 5), far(draw, 5)
    for name, mode in NAMES:
        (seen,) = answers(observe(steps, name, w, [g], (lr, 0.0, *mode)), 1)
        told = f"{name}{f', decoupled {mode[0]}' if mode else ''}, lr {lr}, lam 0"
        moves = shaped(seen, (5,), f"{told}: new weight").astype(float) - w
        along = -np.sign(g) if mode else -g
        pace = float(moves @ along / (along @ along))  # how long the plain step is, is judged elsewhere
        require(0.1 * lr < pace < 10 * lr, f"{told}: the weight does not go along minus the gradient")
        close(
            moves,
            pace * along,
            f"{told}: the weight's way, which has nothing to do with the weight",
            rtol=1e-3,
            atol=1e-5,
        )


@points(0.5, hint="`if lam < 0`: raise a ValueError, in each of the three, with and without `decoupled`.")
def test_steps_refuse(observe):
    """All three steps refuse a negative lam."""
    bad, good = [(3, -0.1), (1, -2.0), (5, -1e-6)], [(3, 0.1), (1, 0.0), (5, 1e-6)]
    observe.refuses(call_sgd_penalty, bad, good, ValueError, "sgd_step_penalty: size of the weight, lam")
    observe.refuses(call_sgd_decay, bad, good, ValueError, "sgd_step_decay: size of the weight, lam")
    for decoupled in (False, True):
        told = "adam_first_step: size of the weight, lam, decoupled"
        pairs = ([(*one, decoupled) for one in some] for some in (bad, good))
        observe.refuses(call_adam, *pairs, ValueError, told)


@points(1, hint="In-place operations (`*=`, `mul_`, `sub_`) write into the caller's tensor: compute a new one.")
def test_inputs_unchanged(observe, draw):
    """The weight and the gradient that are passed stay as they are."""
    lr, lam = (round(float(one), 3) for one in draw.uniform(0.03, 0.06, 2))
    w, g = far(draw, 5), far(draw, 5)
    for name, mode in NAMES:
        told = f"{name}{f', decoupled {mode[0]}' if mode else ''}"
        kept(observe(leftovers, name, w, g, (lr, lam, *mode)), w, g, told)
