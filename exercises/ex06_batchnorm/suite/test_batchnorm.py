"""ex06, the layer itself: what train mode and eval mode answer, what a new layer has, and the gradients."""

import numpy as np
import torch
from layers import forward, give
from moments import (
    EPS,
    ROUGH,
    batch,
    by,
    divisor,
    input_gradient,
    memory,
    naming,
    nearest,
    normalized,
    plain,
)

from grader.suite import answers, close, normal, points, require, shaped, uniform

STARTS = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}


# ---- scenarios: run beside the learner's code and only report


def new_layers(module, features, names):
    """What a new layer has under these names, then another one after the first has changed; what one would save."""
    seen = []
    for _ in range(2):
        layer = module.BatchNorm(features)
        parts = {name: getattr(layer, name, None) for name in names}
        seen.append({name: p.clone() if isinstance(p, torch.Tensor) else p for name, p in parts.items()})
        give(layer, {name: torch.full((features,), 7.0) for name in names})
    return seen, list(layer.state_dict())


def train_gradients(module, x, upstream, state):
    """Output in train mode, the gradients of sum(upstream * output), and the names of the parameters.

    >>> layer = BatchNorm(x.shape[1]); y = layer(x.requires_grad_())
    >>> (upstream * y).sum().backward(); x.grad  # its numbers are those of a new layer
    """
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.train()
    x.requires_grad_()
    out = layer(x.clone())
    (upstream * out).sum().backward()
    grads = {name: getattr(getattr(layer, name, None), "grad", None) for name in ("weight", "bias")}
    return {"out": out, "x": x.grad, **grads, "names": [name for name, _ in layer.named_parameters()]}


def trained_answer(module, past, x, state):
    """An answer in eval mode, a batch in train mode, then the memory and what eval mode answers now.

    >>> layer = BatchNorm(x.shape[1]); y = layer.train()(past)
    >>> layer.running_mean, layer.running_var, layer.eval()(x)  # its numbers were those of a new layer
    """
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.eval()
    layer(x.clone())
    layer.train()
    layer(past)
    layer.eval()
    return layer.running_mean.clone(), layer.running_var.clone(), layer(x)


# ---- the examiner's side


@points(2, hint="Average over the batch: dimension 0 of (N, F).")
def test_normalizes_each_feature(observe, draw):
    """Train mode: each feature gets mean 0, variance 1 over the batch (biased variance)."""
    for n, f in ((7, 4), (8, 1)):
        x = batch(draw, n, f)
        seen = observe(forward, x, plain(f), True)
        wide = x.astype(np.float64)
        mean, var = wide.mean(0), wide.var(0)
        misread = {
            "every row was normalized by itself; that is layer norm": normalized(x, axis=1),
            f"the variance was divided by N-1 = {n - 1}; to normalize, divide by N = {n}": normalized(x, ddof=1),
            "one mean and one variance of all numbers were used": by(x, wide.mean(), wide.var()),
            "one mean of all features was used": by(x, wide.mean(), ((wide - wide.mean()) ** 2).mean(0)),
            "one variance of all features was used": by(x, mean, wide.var()),
            "the same variance was used for all features": by(x, mean, var.mean()),
            "the root is missing": (x - mean) / (var + EPS),
            "the mean was not subtracted": x / np.sqrt(var + EPS),
            "the variance of the batch was not divided by": x - mean,
            "the memory was used, asked for are the statistics of the batch": wide,
            "the memory was used just after it was fed, asked for are the statistics of the batch": by(
                x, 0.1 * mean, 0.9 + 0.1 * wide.var(0, ddof=1)
            ),
        }
        close(seen, normalized(x), naming(f"train mode, {n} samples, {f} features", seen, misread), **ROUGH)


@points(0.5, hint="The docstring lists four names, their shapes and what they start with.")
def test_new_layer(observe, draw):
    """A new layer has weight, bias, running_mean and running_var, with ones and zeros."""
    features = int(draw.integers(3, 8))
    seen, saved = answers(observe(new_layers, features, list(STARTS)), 2)
    (first, second), has = answers(seen, 2), ", ".join(saved) or "none"
    for name, start in STARTS.items():
        require(first[name] is not None, f"a new layer has no `{name}`; parameters and buffers that it has: {has}")
        values = shaped(first[name], (features,), f"{name} of a new layer with {features} features")
        close(values, np.full(features, start), f"{name} of a new layer")
    hint = "Make the tensors in __init__, anew for every layer."
    for name, start in STARTS.items():
        close(second[name], np.full(features, start), f"{name} of a new layer, another one having learned", hint=hint)


@points(1, hint="y = weight * normalized + bias, one number per feature, in both modes.")
def test_weight_and_bias(observe, draw):
    """weight and bias scale and shift, and are trained."""
    x, upstream, rest = batch(draw), normal(draw, 7, 4), memory(draw)
    state = {"weight": 0.5 + uniform(draw, 4), "bias": 1 + uniform(draw, 4), **rest}
    weight, bias, mean, var = state.values()
    train, at_rest = (normalized(x), normalized(x, ddof=1)), by(x, mean, var)
    seen = observe(train_gradients, x, upstream, state)
    for name in ("weight", "bias"):
        have = ", ".join(seen["names"]) or "none"
        require(name in seen["names"], f"no parameter is called `{name}`; parameters of the layer: {have}")
    for mode, out, hats in (
        ("train", seen["out"], train),
        ("eval", observe(forward, x, state, False), (at_rest, *train, x + 0.0)),
    ):
        expected, what = nearest(out, [weight * h + bias for h in hats]), f"weight * normalized + bias, {mode} mode"
        for h in hats:
            misread = {
                "the bias is added before the weight multiplies": weight * (h + bias),
                "the weight has no effect": h + bias,
                "the bias has no effect": weight * h,
                "weight and bias have no effect": h,
                "the weight is taken as 1 + weight": (1 + weight) * h + bias,
            }
            what = naming(what, out, misread) if what.endswith("mode") else what
        close(out, expected, what, **ROUGH)
    hat = nearest(seen["out"], [weight * h + bias for h in train])
    for name, expected in (("weight", (upstream * (hat - bias) / weight).sum(0)), ("bias", upstream.sum(0))):
        require(seen[name] is not None, f"{name} got no gradient: it must be a parameter that requires one")
        close(seen[name], expected, f"gradient of {name}", **ROUGH)


@points(2, hint="Ask self.training; in eval mode read nothing about the batch.")
def test_eval_uses_running_statistics(observe, draw):
    """Eval mode: normalized with the running statistics; one sample is enough."""
    x, rest = batch(draw), memory(draw)
    mean, var = rest.values()
    own, spread = x.astype(np.float64).mean(0), x.astype(np.float64).var(0, ddof=1)
    misread = {
        "these are the statistics of the batch; choose by self.training": normalized(x),
        "these are the statistics of the batch, divided by N - 1; choose by self.training": normalized(x, ddof=1),
        "the mean is that of the batch": by(x, own, var),
        "the variance is that of the batch": by(x, mean, spread),
        "the variance is that of the batch, divided by N": by(x, mean, x.astype(np.float64).var(0)),
        "the root is missing": (x - mean) / (var + EPS),
        "the memory is not used at all": x + 0.0,
    }
    for what, settings in (
        ("gradients recorded", {}),
        ("under no_grad", {"recording": False}),
        ("an input that requires a gradient", {"wanted": True}),
    ):
        seen = observe(forward, x, plain(**rest), False, **settings)
        close(seen, by(x, mean, var), naming(f"eval mode, 7 samples, {what}", seen, misread), **ROUGH)
    new_mean, new_var, seen = answers(observe(trained_answer, batch(draw), x, plain(**rest)), 3)
    new_mean, new_var = shaped(new_mean, (4,), "running_mean"), np.abs(shaped(new_var, (4,), "running_var"))
    old = "what the memory was in the first eval mode was kept; take running_mean and running_var in every call"
    misread = {old: by(x, mean, var), old + " (here: running_var)": by(x, new_mean, var)}
    what = "eval mode, a batch in train mode, eval mode again: running_mean and running_var as they are"
    close(seen, by(x, new_mean, new_var), naming(what, seen, misread), **ROUGH)
    seen = observe(forward, x[:1], plain(**rest), False)
    misread = {"a batch of one gives the bias for every input, since its own mean was subtracted": np.zeros((1, 4))}
    close(seen, by(x[:1], mean, var), naming("eval mode, one sample", seen, misread), **ROUGH)


@points(2, hint="Only the running statistics are cut off from the graph; this batch's mean and variance are not.")
def test_gradients(observe, draw):
    """Train mode: gradients flow through mean and variance."""
    x, upstream = batch(draw), normal(draw, 7, 4)
    seen = observe(train_gradients, x, upstream, plain())
    require(seen["x"] is not None, "the output has no gradient by the input: something in between was detached")
    ddof = divisor(seen["out"], x)
    slope = 1 / np.sqrt(x.astype(np.float64).var(0, ddof=ddof) + EPS)
    expected = input_gradient(x, upstream, ddof)
    why = "mean and variance depend on x, do not detach them"
    misread = {
        why: upstream * slope,
        f"{why} (here: the variance)": (upstream - upstream.mean(0)) * slope,
        f"{why} (here: the mean)": expected + upstream.mean(0) * slope,
    }
    close(seen["x"], expected, naming("gradient of the input", seen["x"], misread), **ROUGH)
