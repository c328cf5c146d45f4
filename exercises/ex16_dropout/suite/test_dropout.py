"""ex16: inputs are never 0, so every 0 in an output is a dropped element and the rest tells the scale."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, between, by_chance, close, may_fail, mean_by_chance, normal, points

# ---- scenarios: run beside the learner's code and only report


def train_calls(module, x, p, calls=1):
    """Outputs in train mode of one layer; p None: the default."""
    layer = module.Dropout() if p is None else module.Dropout(p)
    layer.train()
    return [layer(x.clone()) for _ in range(calls)]


def modes(module, x, p):
    """A layer inside a model: eval twice, train again, and train without gradients."""
    layer = module.Dropout(p)
    model = nn.Sequential(layer)
    model.eval()
    seen = [model(x.clone()), model(x.clone())]
    model.train()
    seen.append(model(x.clone()))
    with torch.no_grad():
        seen.append(model(x.clone()))
    return seen


def with_gradient(module, x, upstream, p):
    """Output in train mode, and the gradient that reaches x (None: no gradient flows)."""
    leaf = x.clone().requires_grad_()
    layer = module.Dropout(p)
    layer.train()
    out = layer(leaf * 1)
    seen = out.detach().clone()
    if out.requires_grad:
        out.backward(upstream)
    return seen, leaf.grad


def what_is_left_of(module, x, p):
    """Outputs in train and eval mode, each with its input as it is after the call."""
    layer = module.Dropout(p)
    seen = []
    for mode in (True, False):
        layer.train(mode)
        given = x.clone()
        seen.append([layer(given), given])
    return seen


def build(module, p):
    module.Dropout(p)


# ---- the examiner's side


def nonzero(draw, *shape):
    """Random float32 numbers between 0.5 and 2 in size, of both signs."""
    return (draw.uniform(0.5, 2, shape) * draw.choice([-1, 1], shape)).astype(np.float32)


def outputs(seen, x, count):
    """(count, *x.shape): train or eval outputs of the input's shape, without NaN."""
    for out in answers(seen, count):
        shape = getattr(out, "shape", None)
        assert shape == x.shape, (
            f"expected an output of shape {x.shape}, saw {type(out).__name__ if shape is None else shape}"
        )
        assert np.isfinite(out).all(), f"{int((~np.isfinite(out)).sum())} of {out.size} outputs are NaN or inf"
        assert (out * x >= 0).all(), "an output has the other sign than its input: survivors are only made larger"
    return np.stack(seen)


@points(1, hint="p is the probability of dropping, not of keeping.")
def test_drops_the_fraction_p(observe, draw):
    """Drops the fraction p of the elements."""
    x = nonzero(draw, 1000, 100)
    cases = ((0.1, "p = 0.1"), (0.8, "p = 0.8"), (None, "p not given (0.5)"))
    seen = answers(observe.each(train_calls, [(x, p) for p, _ in cases]), 3)
    for answer, (p, what) in zip(seen, cases, strict=True):
        assert isinstance(answer, list), f"{what}: the call raised {answer!r}"
        dropped = (outputs(answer, x, 1) == 0).mean().item()
        p = 0.5 if p is None else p
        # 1 % of 100 000 is 6.3 standard deviations at p = 0.5 (chance 3e-10), more at the others.
        may_fail(3e-10)
        between(dropped, p - 0.01, p + 0.01, f"{what} removed {100 * dropped:.1f} % of 100 000 elements; share removed")


@points(2, hint="Divide what survives by 1 - p, so that the mean stays.")
def test_survivors_are_scaled(observe, draw):
    """Survivors are scaled by 1 / (1 - p)."""
    ones = np.ones((40, 50), dtype=np.float32)
    x, p = nonzero(draw, 30, 40), draw.uniform(0.15, 0.7)
    cases = ((ones, 0.3, "2000 ones, p = 0.3"), (x, p, f"1200 random numbers, p = {p:.3f}"))
    seen = answers(observe.each(train_calls, [(x, p) for x, p, _ in cases]), 2)
    for answer, (x, p, what) in zip(seen, cases, strict=True):
        assert isinstance(answer, list), f"{what}: the call raised {answer!r}"
        (out,) = outputs(answer, x, 1)
        kept = out != 0
        assert kept.any() and not kept.all(), (
            f"{what}: {int(kept.sum())} survived, expected about {(1 - p) * x.size:.0f}"
        )
        factors = out[kept].astype(np.float64) / x[kept]
        mean = factors.mean() * (1 - p)
        size = f"{abs(1 - mean):.0%} too {'small' if mean < 1 else 'large'}".replace("%", " %")
        told = (
            f"training outputs are {size} on average" if abs(1 - mean) > 1e-3 else "survivors differ in their factors"
        )
        assert np.abs(factors - 1 / (1 - p)).max() < 1e-3, (
            f"{what}: {told}; survivors are multiplied by {factors.min():.4f} to {factors.max():.4f},"
            f" expected {1 / (1 - p):.4f}"
        )


@points(2, hint="Read `self.training`: train() and eval() of any model around your layer set it.")
def test_eval_is_the_identity(observe, draw):
    """eval() is the identity, and train() switches the noise on again."""
    x = nonzero(draw, 20, 30)
    first, second, train, no_grad = outputs(observe(modes, x, 0.4), x, 4)
    assert (first == second).all(), f"two eval calls differ in {int((first != second).sum())} of {x.size} elements"
    close(first, x, "eval must be the identity: output for p = 0.4", 1e-6, 0)
    for out, what in ((train, "train() after eval()"), (no_grad, "train() under torch.no_grad()")):
        dropped = int((out == 0).sum())
        by_chance(dropped, x.size, 0.4, f"{what}, p = 0.4: elements dropped of {x.size}", 2e-10)


FAULTS = (
    "all samples lose the same units",
    "all channels lose the same pixels",
    "whole columns vanish",
    "whole rows vanish",
)


@points(2, hint="Draw one number per element, in every call: `torch.rand_like(x)`.")
def test_masks_are_new_and_independent(observe, draw):
    """Each call and each element has a draw of its own."""
    inputs = (nonzero(draw, 60, 40), nonzero(draw, 20, 6, 5, 4))
    seen = answers(observe.each(train_calls, [(x, 0.5, 2) for x in inputs]), 2)
    for answer, x in zip(seen, inputs, strict=True):
        assert isinstance(answer, list), f"an input of shape {x.shape} raised {answer!r}"
        one, two = outputs(answer, x, 2) == 0
        assert (one != two).any(), f"the same units drop in every call: two masks of {x.size} elements are equal"
        # With p = 0.5, independent neighbors differ in half of the places, and so are these differences.
        counts = []
        for axis in range(x.ndim):
            mask = np.moveaxis(one, axis, 0)
            counts.append((int((mask[1:] != mask[:-1]).sum()), mask[1:].size))
            fault = "whole samples vanish" if axis == 1 and x.ndim == 2 else FAULTS[axis]
            assert counts[-1][0], f"{fault}: neighbors along axis {axis} of {x.shape} are always dropped together"
        for axis, (differ, pairs) in enumerate(counts):
            by_chance(differ, pairs, 0.5, f"p = 0.5, shape {x.shape}: neighbors along axis {axis} that differ", 2e-10)
        by_chance(int((one != two).sum()), x.size, 0.5, "p = 0.5, two calls: elements dropped in one of them", 2e-10)


@points(1, hint="Multiply the tensor itself by mask and scale: autograd then does the rest.")
def test_gradient_goes_the_same_way(observe, draw):
    """The gradient passes only where the value passed, scaled alike."""
    x, upstream = nonzero(draw, 30, 20), normal(draw, 30, 20)
    for p in (0.3, 0.6):
        out, gradient = answers(observe(with_gradient, x, upstream, p), 2)
        (out,) = outputs([out], x, 1)
        kept = out != 0
        assert kept.any() and not kept.all(), f"p = {p}: {int(kept.sum())} of {x.size} elements survived"
        close(gradient, upstream * kept / (1 - p), f"p = {p}: gradient at x, incoming gradient * mask / (1 - p)")


@points(1, hint="At p = 1 nothing survives: 1 / (1 - p) must not be computed.")
def test_extreme_rates(observe, draw):
    """p = 0 changes nothing, p = 1 gives zeros without NaN."""
    x, upstream = nonzero(draw, 15, 20), normal(draw, 15, 20)
    cases = [(x, upstream, p) for p in (0.0, 1.0, 0.5)]
    for (*_, p), answer in zip(cases, answers(observe.each(with_gradient, cases), 3), strict=True):
        assert isinstance(answer, (list, tuple)), f"p = {p:g} in train mode raised {answer!r}"
        out, gradient = answers(answer, 2)
        bad = int((~np.isfinite(out)).sum()) if isinstance(out, np.ndarray) else 0
        assert not bad, f"p = {p:g}: output is NaN or inf in {bad} of {x.size} places"
        (out,) = outputs([out], x, 1)
        if p == 0.5:
            by_chance(int((out == 0).sum()), x.size, p, f"p = 0.5: elements dropped of {x.size}", 2e-10)
            continue
        close(out, (1 - p) * x, f"p = {p:g}: output", 1e-6, 0)
        if gradient is not None or p == 0:
            close(gradient, (1 - p) * upstream, f"p = {p:g}: gradient", 1e-6, 0)


@points(2, hint="E[y] = x needs the division by 1 - p; the mask must not prefer a place.")
def test_mean_and_variance(observe):
    """The mean stays x, the variance is x^2 p / (1 - p)."""
    x, p, calls = np.full(5, 2, dtype=np.float32), 0.25, 2000
    out = outputs(observe(train_calls, x, p, calls), x, calls).astype(np.float64)
    mean_by_chance(out.ravel(), 2, 0, 4, "x = 2, p = 0.25: mean over 2000 calls and 5 elements", 2e-10)
    # The variance is x^2 f (1 - f) / (1 - p)^2 with the dropped share f: its standard deviation is .016 here.
    between(out.var().item(), 1.2333, 1.4333, "x = 2, p = 0.25: variance, expected 4 * 0.25 / 0.75 = 1.333")
    for place, drops in enumerate((out == 0).sum(0)):
        by_chance(int(drops), calls, p, f"x = 2, p = 0.25: calls of {calls} that dropped element {place}", 2e-10)


@points(1, hint="Return a new tensor: `x[mask] = 0` writes into the caller's numbers.")
def test_input_and_bad_rates(observe, draw):
    """The input stays untouched, shape and dtype are kept, p outside [0, 1] is refused."""
    for x in (nonzero(draw, 500), nonzero(draw, 4, 3, 8, 9)):
        for mode, pair in zip(("train", "eval"), answers(observe(what_is_left_of, x, 0.5), 2), strict=True):
            out, after = answers(pair, 2)
            close(after, x, f"{mode} mode: your input was changed; x after the call", 0, 0)
            (out,) = outputs([out], x, 1)
            assert out.dtype == np.float32, f"{mode} mode: a float32 input came back as {out.dtype}"
            changed = int((out != x).sum())
            right = changed > x.size / 4 if mode == "train" else changed == 0
            assert right, f"{mode} mode, p = 0.5: {changed} of {x.size} elements changed"
    observe.refuses(build, [-0.1, 1.1, 25.0], [0.0, 0.3, 1.0], ValueError, "Dropout(p) with p")
