"""ex07: what the layer is beside its formula, each judged against the normalized numbers that it has itself."""

import numpy as np
import torch
from formula import naming, nontrivial, normalized, rows
from layers import give, new, stir
from torch import nn
from torch.overrides import TorchFunctionMode

from grader.suite import answers, close, normal, points, require, same, shaped


# ---- scenarios: run beside the learner's code and only report
def both_modes(module, x):
    """Outputs on all rows, on the first alone and on none, in both modes, after two other batches.

    >>> layer = LayerNorm(x.shape[-1])
    >>> layer.train()(x), layer.eval()(x)
    """
    layer, other = new(module, x.shape[-1]).train(), new(module, x.shape[-1]).train()
    stir(layer)
    stir(other)
    seen = {"first": other(x)}
    for other in (x + 5, 3 * x):
        layer(other)
    for mode in ("train", "eval"):
        layer.train(mode == "train")
        seen[mode] = [layer(x), layer(x[:1])]
    return seen


def no_rows(module, shape, train):
    return module.LayerNorm(shape[-1]).train(train)(torch.zeros(shape))


def parameters(module, dim):
    """The parameters of a new layer, and which other tensors it has under the names that are asked for."""
    layer = module.LayerNorm(dim)
    return dict(layer.named_parameters()), [n for n in ("weight", "bias") if torch.is_tensor(getattr(layer, n, None))]


def scale_and_shift(module, x, upstream, weight, bias):
    """Outputs with weight 1 and bias 0 and with the given ones; the gradients of sum(upstream * output) by these.

    >>> y = LayerNorm(x.shape[-1])(x.requires_grad_())
    >>> (upstream * y).sum().backward()  # weight and bias are those of a new layer
    """
    layer = module.LayerNorm(x.shape[-1])
    give(layer, torch.ones_like(weight), torch.zeros_like(bias))
    plain = layer(x.requires_grad_())
    give(layer, weight, bias)
    out = layer(x)
    (upstream * out).sum().backward()
    return {"plain": plain, "out": out, "weight": layer.weight.grad, "bias": layer.bias.grad}


def save_and_load(module, x):
    """What a layer saves after a batch in train mode; its answer, and those of new layers without and with it.

    >>> layer = LayerNorm(x.shape[-1]); fresh = LayerNorm(x.shape[-1])
    >>> fresh.load_state_dict(layer.state_dict()); layer(x), fresh(x)
    """
    layer, other, fresh = (new(module, x.shape[-1]) for _ in range(3))
    stir(layer)
    layer(x + 5)
    fresh.load_state_dict(layer.state_dict())
    return {"saved": list(layer.state_dict()), "own": layer(x), "new": other(x), "loaded": fresh(x)}


def call(module, shape, dim, train):
    module.LayerNorm(dim).train(train)(torch.ones(shape))


def look_back(module, x):
    """The output with gradients and without, and what became of the input each time.

    >>> LayerNorm(x.shape[-1])(x); x
    """
    layer, other = new(module, x.shape[-1]), x.clone()
    with torch.no_grad():
        without = layer(other)
    return [(layer(x), x), (without, other)]


class OutOfReach(TorchFunctionMode):
    """Refuses every call of torch's own layer normalization, under whatever name."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if "layer_norm" in getattr(func, "__name__", ""):
            raise RuntimeError(f"torch's {func.__name__} is out of reach in this test: write the formula")
        return func(*args, **(kwargs or {}))


def refuse(*args, **kwargs):
    raise RuntimeError("nn.LayerNorm is out of reach in this test: write the formula")


def by_hand(load, x):
    """The output where torch's own layer normalization cannot be used.

    >>> LayerNorm(x.shape[-1])(x)
    """
    nn.LayerNorm.__init__ = nn.LayerNorm.forward = refuse
    with OutOfReach():
        return new(load(), x.shape[-1])(x)


# ---- the examiner's side
@points(1, hint="Nothing about the layer asks for self.training, and nothing is remembered.")
def test_mode_does_not_matter(observe, draw):
    """Train and eval give the same; a batch of one or none is fine."""
    # verify: ignores flipped (a layer of the opposite sign is compared with itself)
    x = rows(draw, 4, 5)
    seen = observe(both_modes, x)
    first = shaped(seen["first"], x.shape, "output for 4 rows")
    for mode in ("train", "eval"):
        all_rows, one = answers(seen[mode], 2)
        close(all_rows, first, f"{mode} mode, 4 rows, after two other batches, against a new layer in train mode")
        close(one, first[:1], f"{mode} mode, a batch of one, against the same row among four")
    nontrivial(first, x)
    for shape in ((0, 5), (2, 0, 5)):
        for mode in ("train", "eval"):
            shaped(observe(no_rows, shape, mode == "train"), shape, f"{mode} mode, input {shape}: no rows, no output")


@points(1, hint="nn.Parameter(torch.ones(dim)) and nn.Parameter(torch.zeros(dim)), as self.weight and self.bias.")
def test_parameters(observe, draw):
    """weight and bias are parameters, one number per feature, at first ones and zeros."""
    dim = int(draw.integers(3, 9))
    found, there = answers(observe(parameters, dim), 2)
    for name, value in (("weight", 1.0), ("bias", 0.0)):
        if name not in found and name in there:
            raise AssertionError(f"{name} is a tensor that no optimizer sees: wrap it in nn.Parameter")
        names = ", ".join(found) or "none"
        require(name in found, f"the layer has no parameter `{name}`; its parameters: {names}. Keep the stub's names")
        told = f"{name} must have one number per feature; dim {dim}"
        close(shaped(found[name], (dim,), told), np.full(dim, value), f"{name} of a new layer", rtol=0, atol=0)
    extra = sorted(set(found) - {"weight", "bias"})
    require(not extra, f"there are parameters beside weight and bias: {', '.join(extra)}")


@points(1, hint="weight * normalized + bias, feature by feature along the last axis.")
def test_scale_and_shift(observe, draw):
    """The normalized numbers are multiplied by weight, bias is added, and both learn."""
    x = rows(draw, 3, 5, 5)
    upstream, weight, bias = normal(draw, *x.shape), normal(draw, 5), normal(draw, 5)
    seen = observe(scale_and_shift, x, upstream, weight, bias)
    plain = shaped(seen["plain"], x.shape, "output for weight 1 and bias 0")
    require(np.ptp(plain, axis=-1).min() > 0.1, "weight 1, bias 0: all numbers of a row come out the same")
    wrong = {
        "the weight is left out": plain + bias,
        "the bias is left out": weight * plain,
        "the bias is added before the weight multiplies": weight * (plain + bias),
        "weight and bias are exchanged": bias * plain + weight,
        "the sign of the weight is lost": np.abs(weight) * plain + bias,
        "x is scaled and shifted before it is normalized": normalized(weight * x + bias),
        "weight and bias go by token, not by feature": weight[:, None] * plain + bias[:, None],
    }
    close(seen["out"], weight * plain + bias, naming("weight * normalized + bias", seen["out"], wrong))
    for name, expected in (("weight", (upstream * plain).sum((0, 1))), ("bias", upstream.sum((0, 1)))):
        require(seen[name] is not None, f"no gradient reached {name}: it must be a parameter, used as it is")
        close(seen[name], expected, f"gradient of {name}", rtol=1e-3, atol=1e-4)


@points(0.5, hint="weight and bias are the whole state; no buffers, no memory of earlier batches.")
def test_state(observe, draw):
    """No running statistics in state_dict."""
    # verify: ignores flipped (a layer of the opposite sign is compared with itself)
    seen = observe(save_and_load, rows(draw, 4, 5))
    extra = sorted(set(seen["saved"]) - {"weight", "bias"})
    missing = sorted({"weight", "bias"} - set(seen["saved"]))
    if extra and not missing:
        raise AssertionError(f"state_dict holds {', '.join(extra)}: layer norm remembers nothing")
    require(not missing, f"state_dict must hold weight and bias, it holds {', '.join(seen['saved']) or 'nothing'}")
    close(seen["loaded"], seen["own"], "saved and loaded into a new layer, against the layer that was saved")
    gap = np.abs(shaped(seen["own"], (4, 5), "output") - seen["new"]).max()
    require(gap > 0.01, "other numbers in all parameters give the same output")


@points(0.5, hint="Compare x.shape[-1] with dim before the arithmetic.")
def test_wrong_size(observe):
    """A last axis of the wrong size is refused."""
    shapes = [((4, 6), 5), ((4, 1), 5), ((5, 4), 5), ((4, 10), 5), ((2, 3, 4), 3), ((4, 5), 1), ((0, 6), 5)]
    fitting = [((4, 5), 5), ((4, 1), 1), ((2, 3, 4), 4)]
    bad, good = ([(*case, train) for case in cases for train in (True, False)] for cases in (shapes, fitting))
    observe.refuses(call, bad=bad, good=good, error=ValueError, what="a layer's call (shape of x, dim, train mode)")


@points(0.5, hint="Compute mean and variance yourself; nn.Module is the base class.")
def test_by_hand(observe, draw):
    """The layer does without torch's own layer normalization."""
    # verify: ignores flipped (signs are judged by the other tests)
    x = rows(draw, 4, 5)
    seen = shaped(observe(by_hand, x), x.shape, "output without nn.LayerNorm and F.layer_norm")
    nontrivial(seen, x)


@points(0.5, hint="x - mean makes a new tensor; x -= mean, x.sub_() and out=x write into the caller's.")
def test_untouched(observe, draw):
    """The input is left as it was."""
    x = rows(draw, 4, 5)
    for (out, after), when in zip(answers(observe(look_back, x), 2), ("", ", under no_grad"), strict=True):
        same(after, x, f"the input after the call{when} (it must not be modified)")
        nontrivial(out, x)
