"""ex02: what goes in and comes out, what an optimizer gets, and what is refused."""

import numpy as np
import torch
from models import linears

from grader.suite import Raised, answers, close, normal, points, require, shaped

NORMS = ("none", "batch", "layer")
OWN = "If this norm's numbers are right (see the other tests):"


# Scenarios


def forms(module, images):
    """Per norm: logits of a batch in several shapes, each beside those of the same numbers as flat vectors; dtypes.

    >>> [NormMLP(norm=norm).eval()(images) for norm in ("none", "batch", "layer")]  # and in other shapes
    """
    seen = {}
    for norm in ("none", "batch", "layer"):
        model = module.NormMLP(norm=norm).eval()
        batches = (images, images.flatten(1), images[:, 0].repeat(1, 2, 2), images.transpose(2, 3))
        batches += (images.view(5, 2, 2, 14, 14), images.view(5, 7, 4, 28).permute(0, 3, 1, 2))
        pairs = [(model(x), model(x.clone(memory_format=torch.contiguous_format).flatten(1))) for x in batches]
        seen[norm] = [(one, flat, str(getattr(one, "dtype", None))) for one, flat in pairs]
    return seen


def count(module, every):
    """Per list of sizes and per norm: how many numbers an optimizer would be given.

    >>> [sum(p.numel() for p in NormMLP(*sizes).parameters()) for sizes in every]  # and with each norm
    """
    seen = []
    for sizes in every:
        models = {norm: module.NormMLP(*sizes, norm=norm) for norm in ("none", "batch", "layer")}
        models["by default"] = module.NormMLP(*sizes)
        seen.append({n: sum(p.numel() for p in model.parameters() if p.requires_grad) for n, model in models.items()})
    return seen


def build(module, norm):
    module.NormMLP(12, 8, 4, norm)


def one_pass(module, norm, samples, train):
    """One forward pass of so many samples in the given mode."""
    module.NormMLP(12, 8, 4, norm).train(train)(torch.rand(samples, 12))


def one_class(module, norm, x):
    """Logits of networks with a single class, and with a single hidden feature."""
    return [module.NormMLP(12, hidden, classes, norm)(x) for hidden, classes in ((8, 1), (1, 4))]


def run_once(module, norm, rows, train):
    return module.NormMLP(12, 8, 4, norm).train(train)(rows)


def turn(module, norm, x):
    """Logits in train(), and after the last Linear was multiplied by -2."""
    model = module.NormMLP(12, 8, 8, norm)
    logits, (_, last) = model(x), linears(model)
    with torch.no_grad():
        for parameter in last.parameters():
            parameter *= -2
    return logits, model(x)


def learn(module, norm, x, weights):
    """The size of each learnable parameter's gradient, and numbers and gradients of the first Linear."""
    model = module.NormMLP(12, 8, 8, norm)
    (model(x) * weights).sum().backward()
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    first, _ = linears(model)
    with_bias = first.bias is not None
    return {
        "sizes": {name: None if p.grad is None else p.grad.abs().sum() for name, p in named},
        "weight": (first.weight, first.weight.grad),
        "bias": (first.bias, first.bias.grad) if with_bias else (torch.zeros(8), torch.zeros(8)),
    }


# What the examiner saw


def per_norm(observe, scenario, *arguments):
    """For each norm, what the scenario tells of it; all three are asked at once."""
    cases = [(norm, *arguments) for norm in NORMS]
    for case, seen in zip(cases, answers(observe.each(scenario, cases), 3), strict=True):
        # One that raised is asked again, alone, to show the learner where.
        yield case[0], observe(scenario, *case) if isinstance(seen, Raised) else seen


@points(1, hint="x.flatten(1) turns any batch into (N, in_features), whatever its shape and its order in memory.")
def test_inputs(observe, draw):
    """Images, flat vectors and batches that are not contiguous all work."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    seen = observe(forms, normal(draw, 5, 4, 14, 14))
    shapes = ("(5, 4, 14, 14)", "(5, 784)", "(5, 28, 28)", "(5, 4, 14, 14), rows and columns exchanged")
    shapes += ("(5, 2, 2, 14, 14)", "(5, 28, 7, 4), permuted")
    for norm in NORMS:
        for shape, (logits, flat, dtype) in zip(shapes, answers(seen[norm], len(shapes)), strict=True):
            told = f"norm={norm!r}, input {shape}: logits"
            shaped(logits, (5, 10), told, dtype="float32")
            require(dtype == "torch.float32", f"{told}: expected dtype float32, saw {dtype.removeprefix('torch.')}")
            close(logits, flat, f"{told}, against those of the same numbers as flat vectors")
            require(np.ptp(logits, axis=0).max() > 1e-6, f"{told}: all five samples have the same")
    hint = "Nothing squeezes away an axis of length 1 if it is never asked to."
    for norm, seen in per_norm(observe, one_class, normal(draw, 5, 12)):
        single, narrow = answers(seen, 2)
        shaped(single, (5, 1), f"norm={norm!r}, one class: logits of five samples", hint=hint)
        shaped(narrow, (5, 4), f"norm={norm!r}, one hidden feature: logits of five samples", hint=hint)


@points(1, hint="Layers must be attributes (or in nn.Sequential, nn.ModuleList), γ and β nn.Parameter.")
def test_parameters(observe, draw):
    """There are as many learnable numbers as there should be."""
    every = [[], [int(size) for size in draw.choice(np.arange(5, 40), 3, replace=False)]]
    for sizes, seen in zip(every, answers(observe(count, every), 2), strict=True):
        inputs, hidden, classes = sizes or (784, 128, 10)
        plain = inputs * hidden + hidden + hidden * classes + classes
        for norm in (*NORMS, "by default"):
            expected = plain + 2 * hidden * (norm in ("batch", "layer"))
            named = "norm left to its default" if norm == "by default" else f"norm={norm!r}"
            told = f"NormMLP({', '.join(map(str, sizes))}), {named}: {expected} learnable numbers expected, saw"
            less = "; parameters() misses the norm" if seen[norm] == plain != expected else ""
            if norm == "by default" and seen[norm] == plain + 2 * hidden:
                less = '; the default is "none"'
            allowed = (expected, expected - hidden) if norm == "batch" else (expected,)
            require(seen[norm] in allowed, f"{told} {seen[norm]}{less}")


@points(1, hint="A single value has no variance. nn.BatchNorm1d refuses it by itself; a norm of your own has to check.")
def test_one_sample(observe, draw):
    """A batch of one works, except with batch norm in train mode."""
    # verify: ignores flipped (the signs of logits are free)
    bad = [("batch", 1, True)]
    good = [("batch", 2, True), ("batch", 1, False), ("layer", 1, True), ("layer", 1, False)]
    good += [("none", 1, True), ("none", 1, False)]
    observe.refuses(one_pass, bad=bad, good=good, error=ValueError, what="a pass (norm, samples, train mode)")
    spreads = []
    cases = [(norm, normal(draw, samples, 12), train) for norm, samples, train in good]
    for (norm, x, train), logits in zip(cases, observe.each(run_once, cases), strict=True):
        told = f"norm={norm!r}, {'train()' if train else 'eval()'}, {len(x)} samples: logits"
        spreads.append(np.ptp(shaped(logits, (len(x), 4), told)))
    require(max(spreads) > 1e-6, "all logits of all batches are the same")


@points(1, hint="Return what the last Linear gives; cross entropy takes the softmax itself.")
def test_logits(observe, draw):
    """The answer is logits."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    for norm, seen in per_norm(observe, turn, normal(draw, 16, 12)):
        logits, turned = answers(seen, 2)
        shaped(logits, (16, 8), f"norm={norm!r}: logits")
        for what, total in (("rows", logits.sum(1)), ("exponentials of each row", np.exp(logits).sum(1))):
            told = f"norm={norm!r}: the {what} sum to 1: cross entropy wants raw logits"
            require(np.abs(total - 1).max() > 1e-3, told)
        told = f"norm={norm!r}: nothing comes after the last layer; with its numbers multiplied by -2 the logits"
        close(turned, -2 * logits, told)
        require(np.ptp(logits, axis=0).min() > 1e-4, f"norm={norm!r}: all rows have the same logits")


@points(0.5, hint="No detach, no .data, no no_grad between the input and the logits.")
def test_gradients(observe, draw):
    """Every parameter gets a gradient, also through mean and variance."""
    # verify: ignores flipped, stretched (the opposite sign obeys the same rules; their shapes are PyTorch's own)
    for norm, seen in per_norm(observe, learn, 10 * normal(draw, 16, 12), normal(draw, 16, 8)):
        sizes = seen["sizes"]
        without = [name for name, size in sizes.items() if size is None or not np.isfinite(size)]
        require(sizes and not without, f"norm={norm!r}: {', '.join(without) or 'no parameter'} got no gradient")
        still = [name for name, size in sizes.items() if size == 0]
        require(norm == "batch" or not still, f"norm={norm!r}: the gradient of {', '.join(still)} is 0")
        (weight, by_weight), (bias, by_bias) = seen["weight"], seen["bias"]
        require(np.abs(by_weight).max() > 1e-3, f"norm={norm!r}: the gradient of the first Linear is 0")
        if norm == "none":
            continue
        # A norm takes away any shift and any factor: moving along them changes nothing, so these gradients vanish.
        size = np.abs(by_weight).sum()
        shift = by_bias.sum() if norm == "layer" else np.abs(by_bias).max()
        moved = "one hidden feature for all samples" if norm == "batch" else "all hidden features of a sample"
        told = f"norm={norm!r}: to shift {moved} changes no logits, but the gradient by the shift is {shift:.2g}, not 0"
        require(np.abs(shift) < 1e-5 * size, told, hint=f"{OWN} the mean is computed from them, too: do not detach it.")
        stretch = np.abs((weight * by_weight).sum() + (bias * by_bias).sum())
        told = (
            f"norm={norm!r}: to stretch all hidden numbers changes no logits, but the gradient by that is {stretch:.2g}"
        )
        require(stretch < 2e-4 * size, told, hint=f"{OWN} the variance is computed from them, too: do not detach it.")


@points(0.5, hint="Compare the name in __init__, with == or with `in` on a tuple, a set or a dict.")
def test_names(observe):
    """A name that is not exactly none, batch or layer is refused at once."""
    unknown = ["instance", "both", "", "Batch", "LAYER", "bn", "ln", "batchnorm", "layernorm", "layer_norm", " none"]
    unknown += ["non", "lay", "none, batch", None, True, False, 1]
    known = [(norm,) for norm in NORMS]
    what = "NormMLP(12, 8, 4, norm), norm being"
    observe.refuses(build, bad=[(name,) for name in unknown], good=known, error=ValueError, what=what)
