"""ex07: whatever the batch, the mode or the number of axes, each row of D numbers is normalized by itself."""

import numpy as np
import torch

from grader.suite import Raised, answers, close, normal, points, same, uniform

EPS = 1e-5


# ---- scenarios: run beside the learner's code and only report
def give(layer, weight, bias):
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)


def normalize(module, x):
    """The output of a new layer, and the input as it is afterwards."""
    return {"out": module.LayerNorm(x.shape[-1])(x), "x": x}


def normalize_twice(module, x, other):
    """The outputs of one layer for two inputs."""
    layer = module.LayerNorm(x.shape[-1])
    return [layer(x), layer(other)]


def both_modes(module, x):
    """Outputs on all rows and on the first alone, in train mode and in eval mode, after two other batches."""
    layer = module.LayerNorm(x.shape[-1])
    layer.train()
    for other in (x + 5, 3 * x):
        layer(other)
    seen = {"train": layer(x), "train_one": layer(x[:1])}
    layer.eval()
    return {**seen, "eval": layer(x), "eval_one": layer(x[:1])}


def parameters(module, dim):
    """The shape of each parameter."""
    return {name: tuple(p.shape) for name, p in module.LayerNorm(dim).named_parameters()}


def gradients(module, x, upstream, weight, bias):
    """Output, and the gradients of sum(upstream * output) by input, weight and bias."""
    layer = module.LayerNorm(x.shape[-1])
    give(layer, weight, bias)
    out = layer(x.requires_grad_())
    (upstream * out).sum().backward()
    return {"out": out, "x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}


def with_bias(module, x, bias, eps=None):
    """The output of a new layer with this bias."""
    layer = module.LayerNorm(x.shape[-1]) if eps is None else module.LayerNorm(x.shape[-1], eps=eps)
    give(layer, torch.ones_like(bias), bias)
    return layer(x)


def save_and_load(module, x, weight, bias):
    """What the layer saves after a batch in train mode, and what a new layer with that state answers."""
    layer = module.LayerNorm(x.shape[-1])
    give(layer, weight, bias)
    layer(x + 5)
    fresh = module.LayerNorm(x.shape[-1])
    fresh.load_state_dict(layer.state_dict())
    return {"saved": list(layer.state_dict()), "out": fresh(x)}


def call(module, shape, dim):
    module.LayerNorm(dim)(torch.ones(shape))


# ---- the examiner's side
def rows(draw, *shape):
    """Float32 rows, each with a mean and a spread of its own."""
    spread, mean = 2 + 2 * uniform(draw, *shape[:-1], 1), 2 * normal(draw, *shape[:-1], 1)
    return (normal(draw, *shape) * spread + mean).astype(np.float32)


def normalized(x, axis=-1, ddof=0, eps=EPS):
    x = x.astype(np.float64)
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, ddof=ddof, keepdims=True) + eps)


def naming(what, seen, wrong):
    """`what`, with the name of the wrong formula that gives just the numbers seen, if there is one."""
    for why, values in wrong.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, rtol=1e-3, atol=1e-3):
            return f"{what}: {why}"
    return what


def output(observe, x, what):
    """The output on `x`, with a plain sentence when its shape alone makes the layer raise."""
    (seen,) = observe.each(normalize, [x])
    clash = isinstance(seen, Raised) and "must match the size" in seen.message
    assert not clash, f"{what}: a mean of shape (N,) works only if N equals D; keepdim=True leaves (N, 1)"
    return observe(normalize, x)


@points(2, hint="Mean and variance over the last axis, the variance divided by D.")
def test_normalizes_each_row(observe, draw):
    """Each row gets mean 0, variance 1 (biased)."""
    x = rows(draw, 7, 5)
    seen = output(observe, x, "7 rows of 5")
    wrong = {
        "divide the variance by D = 5, not by D-1 = 4": normalized(x, ddof=1),
        "every column was normalized over the batch; that is batch norm": normalized(x, axis=0),
    }
    close(seen["out"], normalized(x), naming("7 rows of 5", seen["out"], wrong))
    same(seen["x"], x, "the input after the call (it must not be modified)")


@points(1, hint="Work over dimension -1, whatever stands before it.")
def test_any_number_of_axes(observe, draw):
    """(N, D) and (N, T, D) both work."""
    for shape in ((5, 5), (3, 8), (4, 3, 6), (2, 3, 2, 5)):
        x = rows(draw, *shape)
        close(output(observe, x, f"input {shape}")["out"], normalized(x), f"input {shape}")


@points(2, hint="One mean and one variance for every single row: the axis is -1 alone.")
def test_rows_do_not_talk(observe, draw):
    """Rows do not talk to each other."""
    for shape, row, told in (((6, 5), "row", "batch norm"), ((2, 4, 5), "token", "one mean for a whole sequence")):
        x = rows(draw, *shape)
        other = x.copy()
        other[..., 1, :] = rows(draw, *other[..., 1, :].shape)
        before, after = answers(observe(normalize_twice, x, other), 2)
        what = f"input {shape}: {row} 0 changed with {row} 1: that is {told}"
        close(after[..., 0, :], before[..., 0, :], what)
        close(before, normalized(x), f"input {shape}")
        close(after, normalized(other), f"input {shape}, {row} 1 replaced")


@points(1, hint="Nothing about the layer asks for self.training, and nothing is remembered.")
def test_mode_does_not_matter(observe, draw):
    """Train and eval give the same; a batch of one is fine."""
    x = rows(draw, 4, 5)
    seen, expected = observe(both_modes, x), normalized(x)
    for mode in ("train", "eval"):
        close(seen[mode], expected, f"{mode} mode, 4 rows, after two other batches")
        close(seen[f"{mode}_one"], expected[:1], f"{mode} mode, a batch of one, after two other batches")


@points(2, hint="nn.Parameter(torch.ones(dim)) and nn.Parameter(torch.zeros(dim)).")
def test_weight_and_bias(observe, draw):
    """weight and bias per feature, learnable."""
    shapes = observe(parameters, 5)
    for name in ("weight", "bias"):
        assert name in shapes, f"{name} is not trained: wrap it in nn.Parameter"
        same(shapes[name], (5,), f"{name} must have one number per feature; its shape for dim 5")
    x, upstream, weight, bias = rows(draw, 3, 4, 5), normal(draw, 3, 4, 5), normal(draw, 5), normal(draw, 5)
    seen, hat = observe(gradients, x, upstream, weight, bias), normalized(x)
    close(seen["out"], weight * hat + bias, "weight * normalized + bias")
    close(seen["weight"], (upstream * hat).sum((0, 1)), "gradient of weight", rtol=1e-3, atol=1e-4)
    close(seen["bias"], upstream.sum((0, 1)), "gradient of bias", rtol=1e-3, atol=1e-4)


@points(1, hint="Mean and variance are functions of x: leave them in the graph.")
def test_gradient(observe, draw):
    """Gradient equals nn.LayerNorm's."""
    x, upstream, weight, bias = rows(draw, 6, 5), normal(draw, 6, 5), normal(draw, 5), normal(draw, 5)
    seen, hat = observe(gradients, x, upstream, weight, bias), normalized(x)
    g = (upstream * weight).astype(np.float64)
    root = np.sqrt(x.astype(np.float64).var(-1, keepdims=True) + EPS)
    centered = g - g.mean(-1, keepdims=True)
    why = "output right, gradient wrong: mean and variance depend on x, do not detach them"
    wrong = {why: g / root, f"{why} (here: the variance)": centered / root}
    expected = (centered - hat * (g * hat).mean(-1, keepdims=True)) / root
    close(seen["x"], expected, naming("gradient of the input", seen["x"], wrong), rtol=1e-3, atol=1e-4)


@points(1, hint="sqrt(var + eps), not sqrt(var) + eps.")
def test_constant_row(observe, draw):
    """A constant row gives the bias, finite."""
    spread = np.array([[0.0], [1e-3], [2e-3], [1.0]], dtype=np.float32)
    x, bias = (normal(draw, 4, 5) * spread + 0.25).astype(np.float32), normal(draw, 5)
    wide = x.astype(np.float64)
    for eps, given in ((EPS, None), (0.5, 0.5)):
        seen = observe(with_bias, x, bias, given)
        outside = (wide - wide.mean(-1, keepdims=True)) / (wide.std(-1, keepdims=True) + eps) + bias
        wrong = {"nearly constant rows differ, since eps stands outside the root": outside}
        what = naming(f"rows of spread 0, 0.001, 0.002 and 1, eps {eps:g}", seen, wrong)
        # E[x²] - E[x]² in float32 is legal and loses digits here; eps outside the root is off by far more than 2e-3.
        close(seen, normalized(x, eps=eps) + bias, what, rtol=0, atol=2e-3)


@points(1, hint="weight and bias are the whole state; compare x.shape[-1] with dim before the arithmetic.")
def test_state_and_size(observe, draw):
    """No running statistics in state_dict; wrong size refused."""
    x, weight, bias = rows(draw, 4, 5), normal(draw, 5), normal(draw, 5)
    seen = observe(save_and_load, x, weight, bias)
    extra = sorted(set(seen["saved"]) - {"weight", "bias"})
    assert not extra, f"state_dict holds {', '.join(extra)}: layer norm remembers nothing"
    close(seen["out"], weight * normalized(x) + bias, "saved and loaded into a new layer")
    observe.refuses(
        call,
        bad=[((4, 6), 5), ((4, 1), 5), ((5, 4), 5), ((2, 3, 4), 3), ((4, 5), 1)],
        good=[((4, 5), 5), ((4, 1), 1), ((2, 3, 4), 4)],
        error=(ValueError, RuntimeError),  # F.layer_norm meets a wrong size with a RuntimeError
        what="shape of x, dim",
    )
