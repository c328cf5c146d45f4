"""ex06, the edges: no spread, large means, the input afterwards, no library, and what is refused."""

import numpy as np
import torch
from layers import forward, give
from moments import EPS, batch, by, changed, memory, naming, nearest, plain, rise
from torch import nn

from grader.suite import Raised, answers, close, normal, points, require, same, shaped, uniform

# ---- scenarios: run beside the learner's code and only report


def without_library(load, x, state):
    """Outputs in both modes while everything that PyTorch calls batch normalization raises.

    >>> BatchNorm(x.shape[1])(x)  # its numbers are those of a new layer
    """

    def out_of_reach(*args, **kwargs):
        raise RuntimeError("PyTorch's own batch normalization is out of reach here")

    for place in (torch, nn.functional, torch.ops.aten):
        for name in ("batch_norm", "native_batch_norm", "_native_batch_norm_legit"):
            setattr(place, name, out_of_reach)
    nn.modules.batchnorm._BatchNorm.__init__ = out_of_reach
    module = load()
    return [forward(module, x, state, training) for training in (True, False)]


def train_once(module, x, state):
    """The output of a layer for one batch, and its running variance, mostly that of the batch.

    >>> layer = BatchNorm(x.shape[1], momentum=0.9)
    >>> layer(x)  # its numbers are those of a new layer
    """
    layer = module.BatchNorm(x.shape[1], momentum=0.9)
    give(layer, state)
    layer.train()
    return layer(x.clone()), getattr(layer, "running_var", None)


def inputs_afterwards(module, x, state):
    """What is in the input after a call in train mode, and in another one after a call in eval mode; the outputs.

    >>> BatchNorm(x.shape[1])(x); x  # its numbers are those of a new layer
    """
    layer, other = module.BatchNorm(x.shape[1]), x.clone()
    give(layer, state)
    layer.train()
    outs = [layer(x).clone()]
    layer.eval()
    outs.append(layer(other).clone())
    return [x, other], outs


def call(module, shape, features, training):
    module.BatchNorm(features).train(training)(torch.ones(shape))


# ---- the examiner's side


def judge_eps(seen, x, mean, var, eps, what):
    with np.errstate(all="ignore"):
        bare = (x - mean) / np.sqrt(var)
    misread = {
        "eps stands outside the root": (x - mean) / (np.sqrt(var) + eps),
        "eps is left out": bare,
        "eps is squared": by(x, mean, var, eps**2),
        "eps is a floor below the variance, asked for is their sum": by(x, mean, np.maximum(var, eps), 0.0),
        "eps is another one than the argument says": by(x, mean, var, EPS),
    }
    close(seen, by(x, mean, var, eps), naming(what, seen, misread), rtol=1e-3, atol=2e-3)


@points(0.5, hint="sqrt(var + eps), not sqrt(var) + eps; and eps is an argument, 1e-5 if nobody gives it.")
def test_nearly_constant_features(observe, draw):
    """Train mode: nearly constant features stay finite, divided by sqrt(var + eps)."""
    spread = np.array([1e-3, 2e-3, 0.5, 0.0], dtype=np.float32)
    x = (normal(draw, 7, 4) * spread + 0.25).astype(np.float32)
    wide = x.astype(np.float64)
    for eps, given in ((EPS, {}), (0.5, {"eps": 0.5})):
        seen = observe(forward, x, plain(), True, **given)
        candidates = [by(wide, wide.mean(0), wide.var(0, ddof=ddof), eps) for ddof in (0, 1)]
        ddof = int(nearest(seen, candidates) is candidates[1])
        judge_eps(
            seen, wide, wide.mean(0), wide.var(0, ddof=ddof), eps, f"train mode, spread 0.001 to 0.5, eps {eps:g}"
        )
    bias = 1 + uniform(draw, 4)
    shift = observe(forward, x, plain(bias=bias), True) - observe(forward, x, plain(), True)
    what = "train mode, a feature without spread: what the bias adds to it, as a share of the bias"
    hint = "The formula needs no exception: where x - mean is 0 the answer is the bias."
    close(shift[:, 3] / bias[3], shift[:, 2] / bias[2], what, hint=hint, atol=1e-3)


@points(0.5, hint="sqrt(var + eps) in eval mode as well.")
def test_nearly_constant_memory(observe, draw):
    """Eval mode: a running variance near zero is divided by sqrt(var + eps)."""
    x = (0.01 * normal(draw, 7, 4)).astype(np.float32)
    rest = {"running_mean": 0.01 * normal(draw, 4), "running_var": np.array([1e-6, 4e-6, 0.3, 0.0], np.float32)}
    for eps, given in ((EPS, {}), (0.5, {"eps": 0.5})):
        seen = observe(forward, x, plain(**rest), False, **given)
        judge_eps(seen, x.astype(np.float64), *rest.values(), eps, f"eval mode, running_var 0 to 0.3, eps {eps:g}")


@points(1, hint="Average (x - mean)²: E[x²] - E[x]² is the difference of two huge numbers where the mean is large.")
def test_large_means(observe, draw):
    """Train mode: a mean that is large beside the spread does not harm the variance, nor that of the memory."""
    x, shift = batch(draw), (3000 + 5000 * uniform(draw, 4)) * draw.choice([-1, 1], 4)
    far = (x + shift).astype(np.float32)
    near = (far - shift).astype(np.float32)
    what = "train mode, means from 3000 to 8000, spreads near 1, beside the same batch without these means"
    first, small = answers(observe(train_once, near, plain()), 2)
    seen, large = answers(observe(train_once, far, plain()), 2)
    first = shaped(first, x.shape, what)
    require(rise(first, near), "train mode: the output does not rise with the input")
    close(seen, first, what, rtol=0, atol=2e-2)
    if small is not None:
        close(large, small, f"running_var after {what}", rtol=2e-2, atol=0)


@points(0.5, hint="Make new tensors: `x - mean`, not `x -= mean`.")
def test_input_stays(observe, draw):
    """The input is not modified, in either mode."""
    x = batch(draw)
    afterwards, outs = answers(observe(inputs_afterwards, x, plain(**memory(draw))), 2)
    for mode, after, out in zip(("train", "eval"), answers(afterwards, 2), answers(outs, 2), strict=True):
        same(after, x, f"the input after a call in {mode} mode")
        out = shaped(out, x.shape, f"the output in {mode} mode")
        wrong = f"the output in {mode} mode is the input, or the same for all samples"
        require(changed(out, x), wrong, hint="First mend what this mode answers.")


@points(2, hint="Mean, variance, and one formula per mode: write them down yourself.")
def test_by_hand(observe, draw):
    """The layer works without PyTorch's own batch normalization."""
    x, state = batch(draw), plain(**memory(draw))
    (seen,) = observe.each(without_library, [(x, state)])
    library = isinstance(seen, Raised) and "out of reach here" in seen.message
    require(not library, "the layer calls or inherits PyTorch's own batch normalization (nn.BatchNorm1d, F.batch_norm)")
    for mode, out in zip(("train", "eval"), answers(observe(without_library, x, state), 2), strict=True):
        out = shaped(out, x.shape, f"{mode} mode without PyTorch's batch normalization")
        what = f"{mode} mode without PyTorch's batch normalization: the output"
        require(changed(out, x), f"{what} is the input, or the same for all samples")
        require(mode == "train" or rise(out, x), f"{what} does not rise with the input")


@points(0.5, hint="Compare x.shape[1] with the number of features, before anything else and in both modes.")
def test_refuses_other_features(observe):
    """A wrong number of features is refused, in train mode and in eval mode."""
    wrong = [((4, n), f, training) for n, f in ((1, 3), (2, 3), (5, 3), (6, 3), (3, 1)) for training in (True, False)]
    right = [((4, f), f, training) for f in (1, 3) for training in (True, False)]
    observe.refuses(call, wrong, right, ValueError, "shape of x, num_features, training")


@points(0.5, hint="One sample has no spread, so train mode cannot normalize it; two samples have one.")
def test_refuses_one_sample(observe):
    """Fewer than two samples are refused in train mode; in eval mode one is enough."""
    wrong, right = [((1, 3), 3, True), ((0, 3), 3, True), ((1, 1), 1, True)], [((2, 3), 3, True), ((1, 3), 3, False)]
    observe.refuses(call, wrong, right, ValueError, "shape of x, num_features, training")
