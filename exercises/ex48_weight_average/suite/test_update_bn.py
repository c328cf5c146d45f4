"""ex48, update_bn: statistics of batches drawn anew, computed by hand, and what must be as before."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def renew(module, batches, old, kind="list", momentum=0.1):
    """Statistics of a batch norm alone, which had `old` in both of them."""
    norm = nn.BatchNorm1d(batches[0].shape[1], momentum=momentum)
    norm.running_mean.fill_(old)
    norm.running_var.fill_(abs(old))
    tensors = [torch.as_tensor(one) for one in batches]
    module.update_bn(norm, tensors if kind == "list" else (one for one in tensors))
    return norm.running_mean, norm.running_var


def renew_within(module, batches, axes):
    """Statistics of a batch norm for pictures (two axes), or of one for volumes (three) two levels below the model."""
    norm = (nn.BatchNorm2d if axes == 2 else nn.BatchNorm3d)(batches[0].shape[1])
    norm.running_mean.fill_(30.0)
    norm.running_var.fill_(40.0)
    model = norm if axes == 2 else nn.Sequential(nn.Sequential(norm), nn.ReLU())
    module.update_bn(model, [torch.as_tensor(one) for one in batches])
    return norm.running_mean, norm.running_var


def deep(module, batches, weights, resting):
    """A network of norms, some of them in eval mode: statistics, and modes, momenta, weights before and after.

    >>> model = torch.nn.BatchNorm2d(batches[0].shape[1])
    >>> update_bn(model, batches); model.running_mean, model.running_var  # one norm alone
    """
    inner = nn.Sequential(nn.BatchNorm1d(4, momentum=None), nn.ReLU())
    model = nn.Sequential(nn.BatchNorm2d(2, momentum=0.3), nn.Flatten(), nn.Linear(12, 4), inner, nn.Linear(4, 1))
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), weights, strict=True):
            parameter.copy_(torch.as_tensor(values))
    for norm in (model[0], inner[0]):
        norm.running_mean.fill_(30.0)
        norm.running_var.fill_(40.0)
        norm.num_batches_tracked.fill_(7)
    model.train(not resting)
    inner.train(resting)
    model[0].bias.requires_grad_(False)
    model[2].weight.grad = torch.ones(4, 12)

    def told():
        return {
            "modes": [m.training for m in model.modules()],
            "momenta": [model[0].momentum, inner[0].momentum],
            "parameters": [p.detach().clone() for p in model.parameters()],
            "requires_grad": [p.requires_grad for p in model.parameters()],
            "gradients": [None if p.grad is None else p.grad.clone() for p in model.parameters()],
        }

    before = told()
    module.update_bn(model, [torch.as_tensor(one) for one in batches])
    statistics = [model[0].running_mean, model[0].running_var, inner[0].running_mean, inner[0].running_var]
    return [one.clone() for one in statistics], before, told()


def renew_sizes(module, sizes, kind):
    batches = [torch.randn(size, 3) for size in sizes]
    module.update_bn(nn.BatchNorm1d(3), batches if kind == "list" else iter(batches))


# ---- the examiner's side


def batches_of(draw, sizes, features=3):
    """Batches with different means and spreads."""
    return [
        np.asarray((1 + 2 * draw.random()) * draw.standard_normal((n, features)) + 4 * draw.standard_normal(), "f4")
        for n in sizes
    ]


def rows_of(pictures):
    """(N, C, ...) as rows of C numbers."""
    return np.moveaxis(pictures, 1, -1).reshape(-1, pictures.shape[1])


def statistics(batches, weights=None):
    """Mean of the batches' means and of their unbiased variances."""
    batches = [one.astype(float) for one in batches]
    means, variances = [one.mean(0) for one in batches], [one.var(0, ddof=1) for one in batches]
    return [np.average(means, 0, weights), np.average(variances, 0, weights)]


def running(batches, old, momentum=0.1):
    """What one pass with this momentum makes of the old statistics."""
    mean, var = old, abs(old)
    for one in batches:
        mean, var = (1 - momentum) * mean + momentum * one.mean(0), (1 - momentum) * var + momentum * one.var(0, ddof=1)
    return [mean, var]


def judged(seen, expected, misread, what):
    """running_mean and running_var; the misread way is named."""
    pair = answers(seen, 2)
    for i, name in enumerate(("running_mean", "running_var")):
        found = shaped(pair[i], expected[i].shape, f"{what}: {name}")
        off = not np.allclose(found, expected[i], rtol=1e-4, atol=1e-4)
        named = [why for why, one in misread.items() if off and np.allclose(found, one[i], rtol=1e-3, atol=1e-3)]
        close(found, expected[i], f"{what}: {name}" + (f" ({named[0]})" if named else ""), rtol=1e-4, atol=1e-4)


@points(3, hint="A running mean again: with momentum 1 / n at the n-th batch, batch norm itself makes the plain mean.")
def test_mean_of_the_batches(observe, draw):
    """The statistics become the mean over the batches, and nothing is left of the old ones."""
    for sizes, old in (([32] * 3, 50.0), ([16] * 5, -20.0), ([24], 50.0)):
        batches = batches_of(draw, sizes)
        whole = np.concatenate(batches).astype(float)
        expected = statistics(batches)
        misread = {
            "these are the old statistics: the layer was in eval mode, or no batch was passed": [0 * expected[0] + old,
            0 * expected[1] + abs(old)],
            "one pass with the old momentum, and the old statistics are still in it": running(batches, old),
            "one pass with the old momentum, from 0 and 1": [running(batches, 0.0)[0], running(batches, 1.0)[1]],
            "the old statistics count as a batch": [(len(sizes) * e + o) / (len(sizes) + 1) for e, o in
            zip(expected, (old, abs(old)), strict=True)],
            "the last batch alone": statistics(batches[-1:]),
            "the variance is divided by n, batch norm's is unbiased": [expected[0],
            np.mean([b.var(0) for b in batches], 0)],
            "the variance of all samples together, asked for is the mean of the batches' variances": [expected[0],
            whole.var(0, ddof=1)],
        }  # fmt: skip
        what = f"batches of {', '.join(map(str, sizes))} samples, old statistics {old:g} and {abs(old):g}"
        judged(observe(renew, batches, old), expected, misread if len(sizes) > 1 else {}, what)


@points(1, hint="The share of a batch is its number of samples, divided by all that were seen so far.")
def test_weighted_by_size(observe, draw):
    """Larger batches count more."""
    for sizes in ([40, 40, 6], [5, 30, 12]):
        batches = batches_of(draw, sizes)
        misread = {"each batch counts as much as any other": statistics(batches)}
        seen = observe(renew, batches, 50.0)
        judged(seen, statistics(batches, sizes), misread, f"batches of {', '.join(map(str, sizes))} samples")
    sizes, sides = [12, 20, 8], [6, 2, 4]
    pictures = [2 * normal(draw, n, 2, side, side) + 3 * normal(draw, 1) for n, side in zip(sizes, sides, strict=True)]
    rows = [rows_of(one) for one in pictures]
    misread = {
        "each batch counts as much as any other": statistics(rows),
        "weighted by the numbers of pixels": statistics(rows, [len(one) for one in rows]),
    }
    seen = observe(renew_within, pictures, 2)
    judged(seen, statistics(rows, sizes), misread, "batches of 12, 20, 8 pictures of 6×6, 2×2, 4×4 pixels")


def some_weights(draw):
    return [normal(draw, *shape) for shape in ((2,), (2,), (4, 12), (4,), (4,), (4,), (1, 4), (1,))]


@points(1.5, hint="Find all norms with `model.modules()`, and put the whole model into train mode for the pass.")
def test_every_norm(observe, draw):
    """Every batch norm gets new statistics, however deep, also those that are in eval mode."""
    weights, batches = some_weights(draw), [normal(draw, 20, 2, 2, 3) * 2 + 1 for _ in range(3)]
    first = [one.transpose(0, 2, 3, 1).reshape(-1, 2) for one in batches]
    later = []
    for flat, images in zip(first, batches, strict=True):
        mean, var = (one.reshape(1, 2, 1, 1) for one in (flat.mean(0), flat.var(0)))
        gain, shift = (one.reshape(1, 2, 1, 1) for one in weights[:2])
        out = gain * (images - mean) / np.sqrt(var + 1e-5) + shift
        later.append(out.reshape(20, 12) @ weights[2].T + weights[3])
    for resting in (False, True):
        seen = answers(observe(deep, batches, weights, resting), 3)[0]
        for i, (where, rows) in enumerate((("a BatchNorm2d", first), ("a BatchNorm1d two levels deep", later))):
            mode = "eval" if resting == (i == 0) else "train"
            start = {
                "it has its old statistics still": [np.full(rows[0].shape[1], 30.0), np.full(rows[0].shape[1], 40.0)]
            }
            judged(answers(seen, 4)[2 * i : 2 * i + 2], statistics(rows), start, f"{where} in {mode} mode")
    volumes = [normal(draw, 10, 2, 2, 3, 2) + 2 for _ in range(2)]
    start = {"it has its old statistics still": [np.full(2, 30.0), np.full(2, 40.0)]}
    seen = observe(renew_within, volumes, 3)
    judged(seen, statistics([rows_of(one) for one in volumes]), start, "a BatchNorm3d in train mode")


@points(1, hint="Note mode and momentum of each module before the pass; `model.train()` afterwards is not the same.")
def test_gives_back(observe, draw):
    """Modes and momenta are given back, and parameters and gradients are as before."""
    weights, batches = some_weights(draw), [normal(draw, 20, 2, 2, 3) for _ in range(2)]
    for resting in (False, True):
        seen, before, after = answers(observe(deep, batches, weights, resting), 3)
        moved = shaped(answers(seen, 4)[0], (2,), "running_mean")
        require(np.abs(moved).max() < 29 and moved.any(), "the statistics did not change at all")
        for key in ("modes", "momenta", "parameters", "requires_grad", "gradients"):
            same(after[key], before[key], f"{key} after update_bn, against before")
        close(after["parameters"], weights, "parameters after update_bn")


@points(0.5, hint="Read the batches once, in a plain loop, and count what came.")
def test_any_batches(observe, draw):
    """The batches may come from a generator; none at all is refused."""
    batches = batches_of(draw, [16, 16])
    listed, lazy = (observe(renew, batches, 50.0, kind) for kind in ("list", "generator"))
    for one in answers(listed, 2):
        require(np.abs(shaped(one, (3,), "statistics")).max() < 1e3 and one.any(), f"batches in a list: {one}")
    require((listed[1] > 0).all(), f"batches in a list: running_var is {listed[1]}")
    close(answers(lazy, 2), answers(listed, 2), "statistics from a generator, against those from a list")
    bad, good = [([], "list"), ([], "generator")], [([8], "list"), ([8, 4], "generator")]
    observe.refuses(renew_sizes, bad, good, ValueError, "update_bn: sizes of the batches, kind")
