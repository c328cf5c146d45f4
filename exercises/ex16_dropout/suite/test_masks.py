"""ex16, what is dropped: how much, where, in which calls, in which mode."""

import numpy as np
import torch
from noise import dropped, kept, noisy, nonzero, outputs, pair_rate, train_calls
from torch import nn

from grader.suite import answers, between, by_chance, may_fail, mean_by_chance, points, require, same

# ---- scenarios: run beside the learner's code and only report


def in_eval(module, x, p):
    """Two outputs in eval mode of a layer inside a model, and one in train mode before."""
    layer = module.Dropout(p)
    layer.train()
    in_train = kept(layer(x.clone()))
    model = nn.Sequential(layer)
    model.eval()
    return [in_train, kept(model(x.clone())), kept(model(x.clone()))]


def modes(module, x, p):
    """A layer in train mode after eval mode: inside a model, without gradients, with them, and by itself."""
    layer = module.Dropout(p)
    model = nn.Sequential(nn.Identity(), layer)
    model.eval()
    model(x.clone())
    model.train()
    seen = [kept(model(x.clone()))]
    with torch.no_grad():
        seen.append(kept(model(x.clone())))
    seen.append(kept(model(x.clone().requires_grad_() * 1)))
    layer.eval()
    layer(x.clone())
    layer.train()
    seen.append(layer(x.clone()))
    return seen


def two_layers(module, x, p):
    """Outputs of two layers that were built alike."""
    layers = [module.Dropout(p), module.Dropout(p)]
    return [kept(layer.train()(x.clone())) for layer in layers]


def rates_side_by_side(module, x, rates):
    """Output in train mode of the first of several layers with a rate each, after all were built."""
    layers = [module.Dropout(p) for p in rates]
    return kept(layers[0].train()(x.clone()))


def at_once_and_later(module, x, p):
    """Two outputs of one layer: each as it was returned, and as it is after both calls."""
    layer = module.Dropout(p)
    layer.train()
    outs = [layer(x.clone())]
    seen = [kept(outs[0])]
    outs.append(layer(x.clone()))
    return [[*seen, kept(outs[1])], outs]


def call_by_call(module, inputs, p):
    """One output for each input, of one layer."""
    layer = module.Dropout(p)
    layer.train()
    return [kept(layer(x.clone())) for x in inputs]


# ---- the examiner's side


@points(2, hint="Each element is dropped with probability p: compare one random number from [0, 1) with p.")
def test_drops_the_fraction_p(observe, draw):
    """Drops the fraction p of the elements."""
    x = nonzero(draw, 100_000)
    low, high = draw.uniform(0.145, 0.165), draw.uniform(0.708, 0.728)
    cases = ((low, f"p = {low:.4f}"), (high, f"p = {high:.4f}"), (None, "p not given (0.5)"))
    seen = answers(observe.each(train_calls, [(x, p) for p, _ in cases]), 3)
    for answer, (p, what) in zip(seen, cases, strict=True):
        gone = outputs(answer, x, 1, what)[0] == 0
        share, above, below = (mask.mean().item() for mask in (gone, gone[x > 0], gone[x < 0]))
        p = 0.5 if p is None else p
        # 3 % between two halves of 50 000 are 9 standard deviations.
        told = f"{what} removed {100 * above:.0f} % of the positive and {100 * below:.0f} % of the negative elements"
        require(abs(above - below) < 0.03, told, "The draw does not look at the value, and nothing else makes a 0.")
        # 1 % of 100 000 is 6.3 standard deviations at p = 0.5 (chance 3e-10), more at the others.
        may_fail(3e-10)
        told = f"{what} removed {100 * share:.1f} % of 100 000 elements"
        require(abs(share - (1 - p)) > 0.01 or p == 0.5, f"{told}: p is the probability of dropping, not of keeping")
        between(share, p - 0.01, p + 0.01, f"{told}; share removed")
    rare = draw.uniform(0.0012, 0.0018)
    gone = int((outputs(observe(train_calls, x, rare), x, 1, f"p = {rare:.5f}") == 0).sum())
    by_chance(gone, 100_000, rare, f"p = {rare:.5f} (p or its random numbers rounded?): dropped elements", 1e-10)
    what = f"two layers were built, p = {low:.4f} and p = {high:.4f}; the first"
    share = (outputs([observe(rates_side_by_side, x, [low, high])], x, 1, what) == 0).mean().item()
    told = f"{what} removed {100 * share:.1f} % of 100 000 elements: it works with the rate of the other"
    require(abs(share - low) < abs(share - high), told, "Keep p on the layer: self.p = p.")


@points(2, hint="Read `self.training`: train() and eval() of any model around your layer set it.")
def test_eval_is_the_identity(observe, draw):
    """eval() is the identity."""
    x = nonzero(draw, 20, 30)
    in_train, *seen = answers(observe(in_eval, x, 0.4), 3)
    first, second = outputs(seen, x, 2, "eval mode")
    differ = int((first != second).sum())
    require(not differ, f"two eval calls differ in {differ} of {x.size} elements")
    same(first, x, "eval must be the identity: output for p = 0.4")
    noisy([in_train], x, "train mode, p = 0.4")


@points(1, hint="Read `self.training` in forward: train() and eval() of any model around your layer set it.")
def test_train_switches_on(observe, draw):
    """train() switches the noise on again, with gradients on or off."""
    x = nonzero(draw, 20, 30)
    seen = answers(observe(modes, x, 0.4), 4)
    said = (
        "model.train() after model.eval()", "train mode under torch.no_grad()", "train mode, x requires a gradient",
        "layer.train() after layer.eval()",
    )  # fmt: skip
    for out, what in zip(seen, said, strict=True):
        # Any noise at all will do here: what share is dropped, and where, are other tests' affairs.
        noisy([out], x, f"{what}, p = 0.4")


FAULTS = {  # dimensions, and the axes along which neighbors always share their fate
    (2, (0,)): "all samples lose the same units",
    (2, (1,)): "whole samples vanish",
    (4, (0,)): "all samples lose the same pixels",
    (4, (1,)): "all channels lose the same pixels",
    (4, (2,)): "whole columns vanish",
    (4, (3,)): "whole rows vanish",
    (4, (2, 3)): "whole channels vanish",
    (4, (1, 2, 3)): "whole samples vanish",
}


def check_neighbors(mask):
    """Independent neighbors differ as often as the share of dropped elements lets them."""
    shape = mask.shape
    counts = []
    for axis in range(mask.ndim):
        lines = np.moveaxis(mask, axis, 0)
        counts.append((int((lines[1:] != lines[:-1]).sum()), lines[1:].size, pair_rate(lines[1:], lines[:-1])))
    together = tuple(axis for axis, (differ, _, _) in enumerate(counts) if not differ)
    fault = FAULTS.get((mask.ndim, together), "elements share a draw")
    where = " and ".join(map(str, together))
    require(not together, f"{fault}: neighbors along axis {where} of {shape} are always dropped together")
    for axis, (differ, pairs, rate) in enumerate(counts):
        by_chance(differ, pairs, rate, f"p = 0.5, shape {shape}: neighbors along axis {axis} that differ", 1e-10)
    half = mask.size // 2
    one, other = mask.ravel()[:half], mask.ravel()[half : 2 * half]
    for name, second in (("the element half a batch away", other), ("its mirror image", other[::-1])):
        what = f"p = 0.5, shape {shape}: elements of the first half that differ from {name}"
        by_chance(int((one != second).sum()), half, pair_rate(one, second), what, 1e-10)


@points(2, hint="Draw one number per element and compare it with p, whatever the others do: `torch.rand(x.shape)`.")
def test_elements_are_independent(observe, draw):
    """Each element has a draw of its own."""
    inputs = (nonzero(draw, 60, 40), nonzero(draw, 20, 6, 5, 4), nonzero(draw, 1500, 2))
    seen = answers(observe.each(train_calls, [(x, 0.5) for x in inputs]), 3)
    masks = [outputs(one, x, 1, f"p = 0.5, shape {x.shape}")[0] == 0 for one, x in zip(seen, inputs, strict=True)]
    for mask in masks[:2]:
        gone = int(mask.sum())
        told = f"p = 0.5, shape {mask.shape}: {gone} of {mask.size} elements are 0, expected some and not all"
        require(0 < gone < mask.size, told)
        check_neighbors(mask)
    whole, both = int(masks[2].all(1).sum()), min(max(masks[2].mean(0).prod().item(), 1e-3), 1 - 1e-3)
    by_chance(whole, 1500, both, "p = 0.5, shape (1500, 2): rows that are dropped as a whole", 1e-10)
    for column, gone in enumerate(masks[0].sum(0)):
        by_chance(
            int(gone),
            60,
            masks[0].mean().item(),
            f"p = 0.5, shape (60, 40): dropped of the 60 elements of column {column}",
            1e-11,
        )
    # That a right layer drops the rounded half of 40 tensors exactly has a chance below .3^40.
    may_fail(1e-20)
    x = [nonzero(draw, size) for size in range(20, 60)]
    counts = [
        int((outputs([out], one, 1) == 0).sum())
        for out, one in zip(answers(observe(call_by_call, x, 0.5), 40), x, strict=True)
    ]
    exact = all(abs(count - one.size / 2) <= 0.5 for count, one in zip(counts, x, strict=True))
    require(not exact, "each of 40 tensors lost exactly half of its elements: their number must depend on chance too")


@points(2, hint="Draw in every call, from one stream of random numbers that nobody sets back.")
def test_calls_are_independent(observe, draw):
    """Each call of each layer has a draw of its own."""
    x = nonzero(draw, 1500)
    fresh, later = (outputs(seen, x, 2, "p = 0.5") for seen in answers(observe(at_once_and_later, x, 0.5), 2))
    told = "p = 0.5: the second call changed the result that the first call had returned"
    require((fresh[0] == later[0]).all(), told, "Return a new tensor in every call, not a buffer of the layer.")
    masks = dropped(observe(train_calls, x, 0.5, 6), x, 6, "p = 0.5")
    repeats = [i for i in range(5) if (masks[i] == masks[i + 1]).all()]
    told = f"the same units drop in calls {[i + 1 for i in repeats[:1]]} and the next: two masks of 1500 are equal"
    require(len(repeats) < 5, "the same units drop in every call: six masks of 1500 elements are equal")
    require(not repeats, told.replace("[", "").replace("]", ""))
    for back in (1, 2, 3):
        for i in range(6 - back):
            what = f"p = 0.5: elements of 1500 that calls {i + 1} and {i + 1 + back} treat differently"
            rate = pair_rate(masks[i], masks[i + back])
            by_chance(int((masks[i] != masks[i + back]).sum()), 1500, rate, what, 1e-11)
    one, other = dropped(observe(two_layers, x, 0.5), x, 2, "two layers, p = 0.5")
    hint = "A generator that each layer seeds alike gives all layers the same masks."
    require((one != other).any(), "two layers drop the same units: their masks of 1500 elements are equal", hint)
    by_chance(
        int((one != other).sum()),
        1500,
        pair_rate(one, other),
        "elements of 1500 that two layers treat differently",
        1e-11,
    )


@points(1, hint="E[y] = x needs both the rate p and the division by 1 - p; the mask must not prefer a place.")
def test_mean_and_variance(observe, draw):
    """The mean stays x, the variance is x^2 p / (1 - p)."""
    size, p, calls = float(draw.uniform(1.5, 2.5)), 0.25, 2000
    x = np.full(8, size, dtype=np.float32)
    what = f"x = {size:.3f}, p = 0.25"
    out = outputs(observe(train_calls, x, p, calls), x, calls, what).astype(np.float64) / size
    mean_by_chance(
        np.clip(out, 0, 2).ravel(), 1, 0, 2, f"{what}: mean of output / x over 2000 calls, 8 elements", 2e-10
    )
    # The variance is f (1 - f) / (1 - p)^2 with the dropped share f: its standard deviation is .003 here.
    between(out.var().item(), 0.3083, 0.3583, f"{what}: variance of output / x, expected 0.25 / 0.75 = 0.3333")
    for place, drops in enumerate((out == 0).sum(0)):
        by_chance(int(drops), calls, p, f"{what}: calls of {calls} that dropped element {place}", 2e-10)
