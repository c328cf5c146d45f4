"""Inputs that are never 0, so that every 0 in an output is a dropped element and the rest tells the scale."""

import numpy as np
import torch

from grader.suite import answers, require, shaped

SIGNS = "A dropped element becomes exactly 0, a survivor stays in its place and is only made larger."


def kept(out):
    """What the call returned, out of reach of later calls."""
    return out.detach().clone() if isinstance(out, torch.Tensor) else out


def train_calls(module, x, p, calls=1):
    """Outputs in train mode of one layer; p None: the default."""
    layer = module.Dropout() if p is None else module.Dropout(p)
    layer.train()
    return [kept(layer(x.clone())) for _ in range(calls)]


def nonzero(draw, *shape, dtype="float32"):
    """Random numbers between 0.5 and 2 in size, of both signs."""
    return (draw.uniform(0.5, 2, shape) * draw.choice([-1, 1], shape)).astype(dtype)


def outputs(seen, x, count, what="output"):
    """(count, *x.shape): train or eval outputs of the input's shape, without NaN."""
    found = [shaped(out, x.shape, what) for out in answers(seen, count)]
    for out in found:
        bad = int((~np.isfinite(out)).sum())
        require(not bad, f"{what}: {bad} of {out.size} elements are NaN or inf")
        turned = int((out * x < 0).sum())
        require(not turned, f"{what}: {turned} of {out.size} elements have another sign than in x", SIGNS)
    return np.stack(found)


def dropped(seen, x, count, what="output"):
    """(count, *x.shape) bool: where the outputs are 0; some are, and some are not."""
    masks = outputs(seen, x, count, what) == 0
    gone = int(masks.sum())
    require(0 < gone < masks.size, f"{what}: {gone} of {masks.size} elements are 0, expected some and not all")
    return masks


def noisy(seen, x, what):
    """The output of one call in train mode, in which something of x has changed: how it changed is free here."""
    (out,) = outputs(seen, x, 1, what)
    require(out.any(), f"{what}: nothing of x is left in the output")
    require((out != x).any(), f"{what}: the output is x itself, nothing was dropped")
    return out


def pair_rate(one, other):
    """How often independent elements of these two masks differ, whatever their shares of dropped elements are."""
    a, b = one.mean().item(), other.mean().item()
    return min(max(a * (1 - b) + b * (1 - a), 1e-3), 1 - 1e-3)
