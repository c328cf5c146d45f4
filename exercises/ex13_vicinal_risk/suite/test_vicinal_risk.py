"""ex13: both risks of small models with inputs drawn anew, computed here from their definitions.

Gradients are compared with differences of the learner's own values, so that a wrong value costs its own test alone.
"""

import numpy as np
import torch
from checks import each, has_gradient, known, number, sample
from parts import Model, affine, losses, pinball, risk, squares, with_slope

from grader.suite import close, normal, points, require, uniform


def plain_risk(module, model, loss, v, x, y):
    """
    >>> empirical_risk(lambda x: (x**2).sum(1), lambda out, y: ((out - y.reshape(len(y), -1)[:, 0])**2), x, y)
    ...  # another model and loss
    """
    return module.empirical_risk(Model(model, v), squares if loss == "squares" else pinball, x, y)


def augmented_risk(module, model, loss, v, x, y, scales, shifts, weights):
    """No weights: the default.

    >>> augmented_risk(lambda x: (x**2).sum(1), lambda out, y: ((out - y.reshape(len(y), -1)[:, 0])**2), x, y,
    ... [lambda x, a=a, b=b: x * a + b for a, b in zip(scales, shifts)], weights)  # another model and loss
    """
    more = () if weights is None else (weights,)
    loss_fn = squares if loss == "squares" else pinball
    return module.augmented_risk(Model(model, v), loss_fn, x, y, affine(scales, shifts), *more)


def try_weights(module, count, weights):
    """
    >>> augmented_risk(lambda x: (x**2).sum(1), lambda out, y: (out - y)**2, torch.ones(4, 2), torch.zeros(4),
    ... [lambda x: x] * count, weights)
    """
    x = torch.linspace(-1, 1, 8).reshape(4, 2)
    ones = torch.ones(count, 2)
    module.augmented_risk(Model("norm", None), squares, x, torch.zeros(4), affine(ones, ones), weights)


def plain_slope(module, v, x, y, step):
    """
    >>> risk = empirical_risk(lambda x: x @ v.requires_grad_(), lambda out, y: (out - y)**2, x, y)
    >>> risk.backward(); v.grad
    """
    return with_slope(lambda w: module.empirical_risk(Model("linear", w), squares, x, y), v, step)


def augmented_slope(module, v, x, y, scales, shifts, weights, step):
    """
    >>> risk = augmented_risk(lambda x: x @ v.requires_grad_(), lambda out, y: (out - y)**2, x, y, [lambda x, a=a,
    ... b=b: x * a + b for a, b in zip(scales, shifts)], weights); risk.backward(); v.grad
    """

    def value_at(w):
        return module.augmented_risk(Model("linear", w), squares, x, y, affine(scales, shifts), weights)

    return with_slope(value_at, v, step)


def transforms(draw, count, d=4):
    """Scales and shifts of random transforms, each (count, d)."""
    return 1 + 0.5 * normal(draw, count, d), normal(draw, count, d)


def unit_of(observe, model, loss, v, x, y):
    """What the identity alone costs by the learner's code, in units of the mean loss; 1 for a right answer.

    Whoever adds up the losses of the samples is n times too high everywhere: two tests say so, the others leave it out.
    """
    one = np.ones((1, x.shape[1]), np.float32)
    (seen,) = observe.each(augmented_risk, [(model, loss, v, x, y, one, 0 * one, None)])
    unit = seen / risk(model, loss, v, x, y) if isinstance(seen, float) else 1.0
    return unit if 0.001 < unit < 1000 and abs(unit - 1) > 0.001 else 1.0


@points(1, hint="Mean over the samples of what loss_fn says: the number of samples must not matter.")
def test_empirical_risk(observe, draw):
    """The empirical risk is the mean loss."""
    v, x, y = sample(draw, 9)
    cases = [("tanh", "squares", v, x, y), ("linear", "squares", v, x[:1], y[:1])]
    cases += [("identity", "squares", v, x, x[::-1].copy()), ("linear", "pinball", v, x, y)]
    cases += [("identity", "squares", v, x[:, :1].copy(), x[::-1, :1].copy())]
    for case, seen in zip(cases, each(observe, plain_risk, cases), strict=True):
        model, loss, _, _, y = case
        n, each_loss = len(y), losses(*case)
        slips = {"the sum over the samples": each_loss.sum(), "the median": np.median(each_loss)}
        slips |= {"divided by all entries of x": each_loss.sum() / case[3].size}
        if n > 1:
            slips["divided by N - 1"] = each_loss.sum() / (n - 1)
        if loss == "pinball":
            slips["loss_fn(y, predictions)"] = np.maximum(-0.5 * (x @ v - y), 2 * (x @ v - y)).mean()
            slips["the squared error instead of the loss that was given"] = losses(model, "squares", *case[2:]).mean()
        if model == "identity" and case[3].shape[1] == 1:
            slips["predictions or labels lost their column"] = ((case[3] - y.T) ** 2).sum(1).mean()
        what, right = f"{model} model, {n} samples, {loss} loss: mean loss", each_loss.mean().item()
        value = number(seen, what)
        close(value, right, known(what, value, right, slips))


@points(1, hint="A mean of torch tensors is a scalar tensor, and gradients flow through it.")
def test_empirical_risk_has_gradients(observe, draw):
    """The empirical risk is a scalar tensor that gradients flow from."""
    v, x, y = sample(draw)
    seen = observe(plain_slope, v, x, y, 1.0)
    has_gradient(seen, "R_emp", 1.0, 1e-3)


@points(1, hint="Nothing is added: the risk consists of the transforms given.")
def test_identity_alone(observe, draw):
    """The identity as the only transform gives the empirical risk."""
    v, x, y = sample(draw)
    one, zero = np.ones((1, 4), np.float32), np.zeros((1, 4), np.float32)
    cases = [(model, "squares", v, x, y, one, zero, weights) for model in ("tanh", "linear") for weights in (None, [5])]
    for case, seen in zip(cases, each(observe, augmented_risk, cases), strict=True):
        what = f"{case[0]} model, identity alone, weights {case[7] or 'not given'}: R_aug"
        close(number(seen, what), risk(*case[:5]), f"{what}, expected R_emp")


@points(2, hint="Sum of share times loss, where the shares add up to 1.")
def test_average_over_transforms(observe, draw):
    """The augmented risk averages the losses over the transforms, with weights in any unit."""
    v, x, y = sample(draw)
    scales, shifts = transforms(draw, 3)
    twice = draw.permutation([0, 0, 1])
    repeated = [np.repeat(part[:1], 6, axis=0) for part in (scales, shifts)]
    cases = [
        ("linear", "squares", v, x, y, scales[twice], shifts[twice], None),
        ("tanh", "squares", v, x, y, scales[twice], shifts[twice], [1, 2, 4]),
        ("linear", "squares", v, x, y, *repeated, None),
        ("tanh", "squares", v, x, y, scales, shifts, None),
        ("linear", "squares", v, x, y, scales, shifts, [1, 2, 1]),
        ("linear", "squares", v, x, y, scales, shifts, [0.5, 0.75, 1.25]),
        ("tanh", "pinball", v, x, y, scales, shifts, [0.1, 0.0, 0.3]),
    ]
    for case, seen in zip(cases, each(observe, augmented_risk, cases), strict=True):
        many, weights = len(case[5]), case[7]
        again = len(np.unique(case[5], axis=0)) < many
        told = f"{many} transforms{', some given twice' * again}"
        what = f"{case[0]} model, {told}, weights {weights or 'not given'}: R_aug"
        value, right = number(seen, what) / unit_of(observe, *case[:5]), risk(*case)
        parts = np.array([risk(*case[:5], case[5][i : i + 1], case[6][i : i + 1]) for i in range(many)])
        slips = {"the first transform alone": parts[0], "the largest of them": parts.max()}
        slips |= {"it grows with their number": many * right, "divided by their number twice": right / many}
        slips |= slips_by_sample(*case)
        if weights:
            soft = np.exp(weights) / np.exp(weights).sum()
            slips = {"weights that do not add up to 1 were used as they are": sum(weights) * right}
            slips["the sum with weights was divided by the number of transforms, not by that of the weights"] = (
                sum(weights) * right / many
            )
            slips |= slips_by_sample(*case)
            slips |= {"the weights were not used": parts.mean(), "softmax of the weights": soft @ parts}
            slips |= {"divided by the largest weight": right * sum(weights) / max(weights)}
        if again:
            last = list({row.tobytes(): i for i, row in enumerate(case[5])}.values())  # as a dict keeps them
            counts = np.array(weights or [1] * many)
            slips["a transform given twice counts once"] = np.average(parts[last], weights=counts[last])
            slips["one of the shares of a transform given twice is lost"] = parts[last] @ counts[last] / counts.sum()
        close(value, right, known(what, value, right, slips))


def slips_by_sample(model, loss, v, x, y, scales, shifts, weights):
    """What comes of mixing up samples and transforms, of the untransformed batch, and of the worst transform."""
    n, many = len(y), len(scales)
    moved = [x * a + b for a, b in zip(scales, shifts, strict=True)]
    table = np.stack([losses(model, loss, v, one, y) for one in moved])  # (transforms, samples)
    shares = np.array(weights or [1] * many) / (sum(weights) if weights else many)
    mixed = losses(model, loss, v, np.concatenate(moved), y.repeat(many)).reshape(many, n)
    return {
        "the untransformed batch counts as one more transform": (table.mean(1).sum() + risk(model, loss, v, x, y))
        / (many + 1),
        "the worst transform of each sample": table.max(0).mean(),
        "labels and transformed samples were put together in different orders": shares @ mixed.mean(1),
        "shares and losses were put together in different orders": (table.ravel() * np.tile(shares, n)).sum() / n,
    }


@points(1, hint="(x, y) becomes (t(x), y).")
def test_labels_stay(observe, draw):
    """The labels are not transformed."""
    v, x, _ = sample(draw)
    y, scales, shifts = normal(draw, 9, 4), np.ones((1, 4), np.float32), np.full((1, 4), 1.5, np.float32)
    case = ("identity", "squares", v, x, y, scales, shifts, None)
    expected, moved_too = risk(*case), risk(*case[:5])
    seen = number(observe(augmented_risk, *case), "labels of the inputs' shape") / unit_of(observe, *case[:5])
    along = abs(seen - moved_too) < 1e-3 * moved_too
    require(not along, f"labels changed: R_aug is {seen:.4f} as if y had been moved with x, expected {expected:.4f}")
    close(seen, expected, "labels of the inputs' shape, all inputs moved by 1.5: R_aug")


@points(1, hint="If f(t(x)) = f(x), every transform gives the same loss, and so does their average.")
def test_invariance_is_free(observe, draw):
    """A model that no transform changes pays nothing, another one does."""
    v, x, y = sample(draw)
    signs = draw.choice([-1.0, 1.0], (4, 4)).astype(np.float32)
    signs[0] = -1
    free, paid = ("norm", "squares", v, x, y, signs, 0 * signs, None), ("linear", "squares", v, x, y)
    seen = number(observe(augmented_risk, *free), "model |x|^2") / unit_of(observe, *free[:5])
    close(seen, risk(*free[:5]), "4 sign changes, model |x|^2: R_aug, expected R_emp")
    paid = (*paid, signs[:1], 0 * signs[:1], None)
    seen = number(observe(augmented_risk, *paid), "linear model") / unit_of(observe, *paid[:5])
    close(seen, risk(*paid), "all signs changed, linear model: R_aug")


@points(1, hint="Average after the loss, not before it.")
def test_losses_not_outputs(observe, draw):
    """Losses are averaged, not predictions."""
    v, x, y = sample(draw)
    v = v + np.sign(v)  # no entry near 0: the model sees every shift
    shift = (1 + uniform(draw, 4)) * np.sign(v)
    shifts, scales = np.stack([shift, -shift]), np.ones((2, 4), np.float32)
    case = ("linear", "squares", v, x, y, scales, shifts, None)
    below = risk(*case[:5])
    seen = number(observe(augmented_risk, *case), "linear model") / unit_of(observe, *case[:5])
    told = f"R_aug is {seen:.4f}, the loss of the mean prediction, but the mean loss is {risk(*case):.4f}"
    require(abs(seen - below) > 1e-3 * below, f"{told}: your risk is below the true one (Jensen)")
    close(seen, risk(*case), "linear model, shifts by b and -b: R_aug, expected R_emp + (v·b)^2")


@points(1, hint="Every transform's loss is a part of the result, and the result a torch scalar.")
def test_augmented_risk_has_gradients(observe, draw):
    """The augmented risk is a scalar tensor that gradients flow from."""
    v, x, y = sample(draw)
    scales, shifts = transforms(draw, 3)
    seen = observe(augmented_slope, v, x, y, scales, shifts, [1.0, 2.0, 1.5], 1.0)
    has_gradient(seen, "R_aug", 1.0, 1e-3)


@points(1, hint="Four checks: at least one transform, one weight for each, none below 0, not all of them 0.")
def test_bad_transforms_and_weights(observe, draw):
    """No transforms, and weights that do not fit them, are refused."""
    good = [(3, None), (3, [1.0, 0.0, 2.0]), (3, [0, 0, 3]), (1, [float(draw.uniform(0.1, 9))])]
    bad = [(3, weights) for weights in ([1.0, -1.0, 1.0], [0.0] * 3, [], [1.0, 1.0], [1.0] * 4)] + [(0, None), (0, [])]
    observe.refuses(try_weights, bad, good, ValueError, "augmented_risk, (number of transforms, weights)")
