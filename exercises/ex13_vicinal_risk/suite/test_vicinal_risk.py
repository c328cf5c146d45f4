"""ex13: small models with inputs drawn anew; every risk and penalty is computed here from its definition."""

import numpy as np
import torch

from grader.suite import answers, between, close, normal, points, uniform

# ---- scenarios: run beside the learner's code and only report


def affine(scales, shifts):
    """One function x -> x * scale + shift per row."""
    return [lambda x, a=a, b=b: x * a + b for a, b in zip(scales, shifts, strict=True)]


def model_of(name, v):
    if name == "identity":
        return lambda x: x
    if name == "tanh":
        return lambda x: torch.tanh(x @ v)
    if name == "norm":
        return lambda x: (x**2).sum(1)
    return lambda x: x @ v


def squares(out, y):
    """(N,): squared error of each sample."""
    return ((out - y) ** 2).reshape(len(y), -1).sum(1)


def plain_risk(module, name, v, x, y):
    return module.empirical_risk(model_of(name, v), squares, x, y)


def augmented_risk(module, name, v, x, y, scales, shifts, weights):
    """No weights: the default."""
    more = () if weights is None else (weights,)
    return module.augmented_risk(model_of(name, v), squares, x, y, affine(scales, shifts), *more)


def penalty(module, w, x, sigma, loss):
    return module.noise_penalty(w, x, sigma, loss)


def slope(value, v):
    """Gradient at v, None if there is none."""
    if not getattr(value, "requires_grad", False):
        return None
    value.backward()
    return v.grad


def slopes(module, v, x, y, scales, shifts, sigma):
    """Gradients of the two risks of a linear model and of the three penalties."""
    seen = []
    for what in ("plain", "augmented", "mse", "half_mse", "logistic"):
        leaf = v.clone().requires_grad_()
        if what == "plain":
            value = module.empirical_risk(model_of("linear", leaf), squares, x, y)
        elif what == "augmented":
            value = module.augmented_risk(model_of("linear", leaf), squares, x, y, affine(scales, shifts))
        else:
            value = module.noise_penalty(leaf, x, sigma, what)
        seen.append(slope(value, leaf))
    return seen


# ---- the examiner's side

MODELS = {
    "identity": lambda x, v: x,
    "tanh": lambda x, v: np.tanh(x @ v),
    "norm": lambda x, v: (x**2).sum(1),
    "linear": lambda x, v: x @ v,
}


def losses(name, v, x, y):
    """(N,): the loss of each sample, in float64."""
    out = MODELS[name](x.astype(np.float64), v.astype(np.float64))
    return ((out - y) ** 2).reshape(len(y), -1).sum(1)


def risk(name, v, x, y, scales=((1.0,),), shifts=((0.0,),), weights=None):
    """The augmented risk by its definition; the empirical risk for the identity alone."""
    each = [losses(name, v, x * a + b, y).mean() for a, b in zip(scales, shifts, strict=True)]
    return float(np.average(each, weights=weights))


def sample(draw, n=9, d=4):
    """v (d,), x (n, d), y (n,)."""
    return normal(draw, d), normal(draw, n, d), normal(draw, n)


def transforms(draw, count, d=4):
    """Scales and shifts of random transforms, each (count, d)."""
    return 1 + 0.5 * normal(draw, count, d), normal(draw, count, d)


@points(1, hint="Mean over the samples: the number of samples must not matter.")
def test_empirical_risk(observe, draw):
    """The empirical risk is the mean loss."""
    v, x, y = sample(draw, 9)
    cases = [("tanh", v, x, y), ("linear", v, x, y), ("linear", v, x[:1], y[:1]), ("identity", v, x, x[::-1].copy())]
    for case, seen in zip(cases, answers(observe.each(plain_risk, cases), 4), strict=True):
        close(seen, losses(*case).mean().item(), f"{case[0]} model, {len(case[3])} samples: mean squared error")


@points(1, hint="Nothing is added: the risk consists of the transforms given.")
def test_identity_alone(observe, draw):
    """The identity as the only transform gives the empirical risk."""
    v, x, y = sample(draw)
    one, zero = np.ones((1, 4), np.float32), np.zeros((1, 4), np.float32)
    cases = [(name, v, x, y, one, zero, weights) for name in ("tanh", "linear") for weights in (None, [5.0])]
    for case, seen in zip(cases, answers(observe.each(augmented_risk, cases), 4), strict=True):
        close(seen, risk(*case[:4]), f"{case[0]} model, identity alone, weights {case[6]}: R_aug, expected R_emp")


@points(2, hint="Sum of share times loss, where the shares add up to 1.")
def test_average_over_transforms(observe, draw):
    """The augmented risk averages the losses over the transforms, with weights in any unit."""
    v, x, y = sample(draw)
    scales, shifts = transforms(draw, 3)
    repeated = [np.repeat(part[:1], 6, axis=0) for part in (scales, shifts)]
    cases = [
        ("linear", v, x, y, *repeated, None),
        ("tanh", v, x, y, scales, shifts, None),
        ("linear", v, x, y, scales, shifts, [2.0, 1.0, 1.0]),
        ("tanh", v, x, y, scales, shifts, [0.3, 0.0, 0.1]),
    ]
    seen = answers(observe.each(augmented_risk, cases), 4)
    alone = risk(*cases[0])
    grows = isinstance(seen[0], float) and abs(seen[0] - 6 * alone) < 0.01 * alone
    assert not grows, f"one transform six times: R_aug is {seen[0]:.4f} for {alone:.4f}: it grows with their number"
    for case, value in zip(cases, seen, strict=True):
        what = f"{case[0]} model, {len(case[4])} transforms, weights {case[6] or 'not given'}: R_aug"
        close(value, risk(*case), what)


@points(1, hint="(x, y) becomes (t(x), y).")
def test_labels_stay(observe, draw):
    """The labels are not transformed."""
    v, x, _ = sample(draw)
    y, scales = normal(draw, 9, 4), np.ones((2, 4), np.float32)
    shifts = np.stack([np.full(4, 1.5), np.full(4, -0.5)]).astype(np.float32)
    case = ("identity", v, x, y, scales, shifts, None)
    seen, expected, moved_too = observe(augmented_risk, *case), risk(*case), risk("identity", v, x, y)
    along = isinstance(seen, float) and abs(seen - moved_too) < 1e-3 * moved_too
    assert not along, f"labels changed: R_aug is {seen:.4f} as if y had been moved with x, expected {expected:.4f}"
    close(seen, expected, "labels of the inputs' shape, two shifts: R_aug")


@points(1, hint="If f(t(x)) = f(x), every transform gives the same loss, and so does their average.")
def test_invariance_is_free(observe, draw):
    """A model that no transform changes pays nothing, another one does."""
    v, x, y = sample(draw)
    signs = draw.choice([-1.0, 1.0], (4, 4)).astype(np.float32)
    signs[0] = -1
    none = np.zeros_like(signs)
    cases = [("norm", v, x, y, signs, none, None), ("linear", v, x, y, signs, none, None)]
    free, paid = answers(observe.each(augmented_risk, cases), 2)
    close(free, risk("norm", v, x, y), "4 sign changes, model |x|^2: R_aug, expected R_emp")
    close(paid, risk(*cases[1]), "4 sign changes, linear model: R_aug")


@points(1, hint="Average after the loss, not before it.")
def test_losses_not_outputs(observe, draw):
    """Losses are averaged, not predictions."""
    v, x, y = sample(draw)
    v = v + np.sign(v)  # no entry near 0: the model sees every shift
    shift = (1 + uniform(draw, 4)) * np.sign(v)
    shifts, scales = np.stack([shift, -shift]), np.ones((2, 4), np.float32)
    case = ("linear", v, x, y, scales, shifts, None)
    seen, below = observe(augmented_risk, *case), risk("linear", v, x, y)
    jensen = isinstance(seen, float) and abs(seen - below) < 1e-3 * below
    assert not jensen, (
        f"R_aug is {seen:.4f}, the loss of the mean prediction, but the mean loss is {risk(*case):.4f}:"
        " your risk is below the true one (Jensen)"
    )
    close(seen, risk(*case), "linear model, shifts by b and -b: R_aug, expected R_emp + (v·b)^2")


@points(2, hint="Expand (w·x + w·e - y)^2: the cross term has mean 0, the last one is sigma^2 |w|^2.")
def test_squared_losses(observe, draw):
    """The squared loss pays sigma^2 |w|^2, half the squared loss pays half of it."""
    w, x, _ = sample(draw)
    sigma = draw.uniform(0.2, 0.6)
    cases = [(w, x, size, loss) for loss in ("mse", "half_mse") for size in (sigma, sigma / 2)]
    cases += [(w, 10 * x, sigma, "mse"), (w, x, 0.0, "mse")]
    whole, quarter, half, eighth, far, none = answers(observe.each(penalty, cases), 6)
    expected = float(sigma**2 * (w.astype(np.float64) ** 2).sum())
    if isinstance(whole, float) and isinstance(quarter, float) and quarter:
        linear = abs(whole / quarter - 2) < 1e-2
        assert not linear, f"halving sigma must quarter the penalty: {whole:.4f} became {quarter:.4f}"
    close(whole, expected, f"mse, sigma {sigma:.3f}: sigma^2 |w|^2")
    close(quarter, expected / 4, "mse, half of that sigma")
    told = (
        f"half_mse, sigma {sigma:.3f}: sigma^2 |w|^2 is exact only for (f - y)^2, noise costs (f - y)^2 / 2 half of it"
    )
    close(half, expected / 2, told)
    close(eighth, expected / 8, "half_mse, half of that sigma")
    close(far, expected, "mse, inputs ten times as large: the same penalty")
    close(none, 0.0, "mse, sigma 0: no penalty")


@points(2, hint="Half the second derivative of the logistic loss is s (1 - s) / 2, averaged over the samples.")
def test_logistic_loss(observe, draw):
    """The logistic loss pays half of sigma^2 |w|^2 times the mean of s (1 - s)."""
    cases, expected = [], []
    for n, d in ((40, 6), (1, 3)):
        w = normal(draw, d)
        x = normal(draw, n, d) * np.float32(2 / np.linalg.norm(w))  # w·x spreads by 2
        sigma = float(draw.uniform(0.15, 0.3) / np.linalg.norm(w))
        z = x.astype(np.float64) @ w
        variance = sigma**2 * float((w.astype(np.float64) ** 2).sum())
        cases.append((w, x, sigma, "logistic"))
        expected.append((variance, float(variance / 2 * np.mean(1 / (2 + 2 * np.cosh(z))))))
    seen = answers(observe.each(penalty, cases), 2)
    for (_, x, _, _), value, (variance, right) in zip(cases, seen, expected, strict=True):
        # Second order and the exact expectation differ by less than 2.5 % of it at these sizes.
        what = f"logistic, {len(x)} samples, sigma^2 |w|^2 = {variance:.4f}: penalty"
        between(value, 0.95 * right, 1.05 * right, what)


@points(1, hint="Keep to torch operations: `.item()` and `float()` cut the gradient off.")
def test_gradients_and_bad_input(observe, draw):
    """Gradients flow; empty transforms, bad weights, a negative sigma and unknown losses are refused."""
    v, x, y = sample(draw)
    scales, shifts = transforms(draw, 3)
    sigma = 0.4
    plain, augmented, mse, half, logistic = answers(observe(slopes, v, x, y, scales, shifts, sigma), 5)
    for seen, name in (
        (plain, "R_emp"),
        (augmented, "R_aug"),
        (mse, "mse"),
        (half, "half_mse"),
        (logistic, "logistic"),
    ):
        assert seen is not None, f"{name} has no gradient"
    inputs = {"R_emp": [x], "R_aug": [x * a + b for a, b in zip(scales, shifts, strict=True)]}
    for seen, name in ((plain, "R_emp"), (augmented, "R_aug")):
        each = [2 * ((t @ v - y)[:, None] * t).mean(0) for t in inputs[name]]
        close(seen, np.mean(each, axis=0), f"gradient of {name}, linear model", 1e-3, 1e-4)
    close(mse, 2 * sigma**2 * v, "gradient of the mse penalty, 2 sigma^2 w")
    close(half, sigma**2 * v, "gradient of the half_mse penalty, sigma^2 w")

    good = [("linear", v, x, y, scales, shifts, None), ("linear", v, x, y, scales, shifts, [1.0, 0.0, 2.0])]
    case = ("linear", v, x, y, scales, shifts)
    bad = [(*case, [1.0, -1.0, 1.0]), (*case, [0.0, 0.0, 0.0])]
    observe.refuses(augmented_risk, bad, good, ValueError, "augmented_risk with the weights at the end")
    # Without a check of its own, torch.stack or a product fails in PyTorch with its own error.
    bad = [(*case[:4], scales[:0], shifts[:0], None), (*case, [1.0, 1.0]), (*case, [1.0] * 4)]
    observe.refuses(
        augmented_risk, bad, good, (ValueError, RuntimeError), "augmented_risk: numbers of transforms, weights"
    )
    good = [(v, x, 0.0, "mse"), (v, x, 0.5, "half_mse"), (v, x, 0.5, "logistic")]
    bad = [(v, x, -0.1, "mse"), (v, x, -0.1, "logistic"), (v, x, 0.1, "l1"), (v, x, 0.1, "hinge")]
    observe.refuses(penalty, bad, good, ValueError, "noise_penalty(w, x, sigma, loss)")
