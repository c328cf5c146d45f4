"""ex13: the penalty of input noise, computed here from its definition.

Gradients are compared with differences of the learner's own values, so that a wrong value costs its own test alone.
"""

import numpy as np
from checks import each, has_gradient, known, number, sample
from parts import with_slope

from grader.suite import between, close, normal, points, require

LOSSES = ("mse", "half_mse", "logistic")
OTHERS = ("l1", "hinge", "half", "MSE", "log", "", " mse", "half-mse", "logistic ", "half mse", "Logistic", "halfmse")


def penalty(module, w, x, sigma, loss):
    return module.noise_penalty(w, x, sigma, loss)


def penalty_slope(module, w, x, sigma, loss, step):
    return with_slope(lambda one: module.noise_penalty(one, x, sigma, loss), w, step)


@points(2, hint="Expand (w·x + w·e - y)^2: the cross term has mean 0, the last one is sigma^2 |w|^2.")
def test_squared_losses(observe, draw):
    """The squared loss pays sigma^2 |w|^2, half the squared loss pays half of it."""
    w, x, _ = sample(draw)
    sigma = draw.uniform(0.2, 0.6)
    cases = [(w, x, size, loss) for loss in ("mse", "half_mse") for size in (sigma, sigma / 2)]
    cases += [(w, 10 * x, sigma, "mse"), (w, x, 0.0, "mse")]
    seen = each(observe, penalty, cases)
    whole, quarter, half, eighth, far, none = (number(one, case[3]) for case, one in zip(cases, seen, strict=True))
    expected = float(sigma**2 * (w.astype(np.float64) ** 2).sum())
    linear = quarter and abs(whole / quarter - 2) < 1e-2
    require(not linear, f"halving sigma must quarter the penalty: {whole:.4f} became {quarter:.4f}")
    length, rooted = np.abs(w).sum(), np.linalg.norm(w)
    slips = {
        "|w| instead of its square": expected / rooted,
        "half of it": expected / 2,
        "the mean of w^2": expected / 4,
    }
    slips |= {"the sum over the samples": 9 * expected, "(|w_1| + |w_2| + ...)^2": sigma**2 * length**2}
    close(whole, expected, known(f"mse, sigma {sigma:.3f}: sigma^2 |w|^2", whole, expected, slips))
    close(quarter, expected / 4, "mse, half of that sigma")
    slips = {
        "that is exact only for (f - y)^2, noise costs (f - y)^2 / 2 half of it": expected,
        "halved twice": expected / 4,
    }
    close(half, expected / 2, known(f"half_mse, sigma {sigma:.3f}", half, expected / 2, slips))
    close(eighth, expected / 8, "half_mse, half of that sigma")
    close(far, expected, "mse, inputs ten times as large: the penalty depends on w and sigma alone")
    close(none, 0.0, "mse, sigma 0: no noise, no penalty")


@points(2, hint="Half the second derivative of log(1 + exp(-y f)) is s (1 - s) / 2, for each sample with its own s.")
def test_logistic_loss(observe, draw):
    """The logistic loss pays half of sigma^2 |w|^2 times the mean of s (1 - s)."""
    for n, d, far in ((40, 6, 0), (1, 3, 0), (6, 4, 120)):
        w = normal(draw, d)
        # w·x spreads by 2 about 1: s, its mean and s at the mean input are far apart.
        x = ((2 * np.linalg.norm(w) * normal(draw, n, d) + w) / (w @ w)).astype(np.float32)
        if far:
            x[:2] = np.outer([far, -far], w / (w @ w))
        sigma = float(draw.uniform(0.15, 0.3) / np.linalg.norm(w))
        (seen,) = each(observe, penalty, [(w, x, sigma, "logistic")])
        z = x.astype(np.float64) @ w
        s, variance = 1 / (1 + np.exp(-z)), sigma**2 * float((w.astype(np.float64) ** 2).sum())
        right, middle = float(variance / 2 * np.mean(s * (1 - s))), 1 / (1 + np.exp(-z.mean()))
        slips = {"twice as much: half the second derivative counts": 2 * right, "the sum over the samples": n * right}
        slips |= {"divided by N twice": right / n, "the same as for half_mse": variance / 2}
        slips |= {"s instead of s (1 - s)": variance / 2 * s.mean(), "subtracted": -right}
        slips |= {"the slope s - 1 instead of s (1 - s)": variance / 2 * (s.mean() - 1)}
        slips |= {
            "1/4 for each sample, the largest s (1 - s)": variance / 8,
            "s^2 for s": variance / 2 * (1 - s**2).mean(),
        }
        slips |= {"s was averaged before s (1 - s)": variance / 2 * s.mean() * (1 - s.mean())}
        slips |= {"s at the mean input": variance / 2 * middle * (1 - middle)}
        what = f"logistic, {n} samples, sigma^2 |w|^2 = {variance:.4f}: penalty"
        if far:
            what = f"scores w·x of {far} and -{far} among others: {what}"
        # Second order and the exact expectation differ by less than 2.5 % of it at these sizes.
        value = number(seen, what)
        require(np.isfinite(value), f"{what} is {value}", "exp overflows for large numbers, torch.sigmoid does not.")
        between(value, 0.95 * right, 1.05 * right, known(what, value, right, slips))


@points(1, hint="Gradients flow to w through every factor: |w|^2, and s as well for the logistic loss.")
def test_penalty_has_gradients(observe, draw):
    """The penalties are scalar tensors that gradients flow from, through every factor."""
    w, x, _ = sample(draw, 30)
    w = (2 / np.linalg.norm(w) * w).astype(np.float32)
    x = (x * np.sign(x @ w)[:, None]).astype(np.float32)  # all on one side: s (1 - s) falls as |w| grows
    sigma, step = float(draw.uniform(0.05, 0.1)), 0.1
    cases = [(w, x, sigma, loss, step) for loss in LOSSES]
    for loss, seen in zip(LOSSES, each(observe, penalty_slope, cases), strict=True):
        has_gradient(seen, f"the {loss} penalty", step, 0.02)
    still = each(observe, penalty_slope, [(0 * w, x, sigma, loss, step) for loss in LOSSES])
    for loss, seen in zip(LOSSES, still, strict=True):
        way = "The root of w·w has no finite slope at 0: sum the squares, without the root."
        close(seen["gradient"], np.zeros(len(w)), f"gradient of the {loss} penalty at w = 0", hint=way)


@points(1, hint="Check sigma and the name of the loss before anything else.")
def test_bad_sigma_and_loss(observe, draw):
    """A negative sigma and any other name of a loss are refused."""
    v, x, _ = sample(draw)
    good = [(v, x, sigma, loss) for loss in LOSSES for sigma in (0.0, 0.5)]
    bad = [(v, x, -0.1, loss) for loss in LOSSES]
    bad += [(v, x, 0.1, loss) for loss in OTHERS]
    observe.refuses(penalty, bad, good, ValueError, "noise_penalty(w, x, sigma, loss)")
