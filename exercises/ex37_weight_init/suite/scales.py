"""What the examiner of ex37 knows: distributions told by a few numbers, and networks with marked parameters."""

import math

import numpy as np
import torch
from torch import nn

from grader.suite import by_chance, may_fail, require, shaped

RISK = 1e-10  # of each statement about random numbers

# ---- scenarios: run beside the learner's code and only report


class Head(nn.Linear):
    """A layer of somebody's own: a linear one as well."""


def build(kind):
    """A network; norms, embedding and the gain get marks that no initialization would choose."""
    if kind == "linear":
        return nn.Linear(300, 40)
    if kind == "one output":
        return nn.Linear(500, 1)
    if kind == "alike":
        return nn.Sequential(nn.Linear(60, 50), nn.Linear(60, 50))
    if kind == "deep":
        model = nn.Sequential(
            nn.Sequential(
                nn.Conv2d(8, 64, (3, 5)), nn.BatchNorm2d(64), nn.Sequential(nn.Conv2d(64, 16, 1, bias=False))
            ),
            nn.ModuleDict(
                {"fc": nn.Linear(40, 300), "norm": nn.LayerNorm(300), "out": nn.Linear(300, 200, bias=False)}
            ),
            nn.ModuleList([nn.Conv2d(32, 48, 3, groups=4), nn.Embedding(7, 5), nn.GroupNorm(2, 4), nn.PReLU()]),
            nn.ModuleList([Head(90, 70), nn.Conv1d(4, 5, 3), nn.ConvTranspose2d(3, 4, 2)]),
        )
        model.register_parameter("gain", nn.Parameter(torch.empty(3)))
    return model


def initialized(module, kind, marks, start):
    """All parameters and buffers after init_model; `marks` are the numbers before it, for what is to be kept.

    `start` is put into everything else first. Also what an optimizer that was made before does to the model, and which
    parameters and modules are frozen, resting, leaves or graded before and after.

    >>> model = torch.nn.Sequential(torch.nn.Linear(60, 50), torch.nn.ReLU(), torch.nn.Linear(50, 10))
    >>> init_model(model); model.state_dict()  # another network
    """
    model = build(kind)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(start)
        for name, values in marks.items():
            model.state_dict()[name].copy_(torch.as_tensor(values))
    if kind == "deep":
        model[1]["out"].weight.requires_grad_(False)
        model[0][1].eval()
    needed = [p.requires_grad for p in model.parameters()], [m.training for m in model.modules()]
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    module.init_model(model)
    after = {name: values.clone() for name, values in model.state_dict().items()}
    graded = [name for name, p in model.named_parameters() if p.grad is not None]
    leaves = [p.is_leaf for p in model.parameters()]
    flags = [p.requires_grad for p in model.parameters()], [m.training for m in model.modules()]
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return after, dict(model.state_dict()), needed, flags, leaves, graded


def weights(module, name, fan_in, fan_out):
    """The weights of one call, and whether autograd knows them."""
    values = getattr(module, name)(fan_in, fan_out)
    return values.detach(), values.requires_grad


def measured(module, layers, batch):
    """signal_rms through these weights, one after the other, and the shapes that it asked for.

    >>> signal_rms(lambda fan_in, fan_out: layers[0], 1, layers[0].shape[0], batch)  # the first layer alone
    """
    left, asked = [torch.as_tensor(one).clone() for one in layers], []

    def init(fan_in, fan_out):
        asked.append((int(fan_in), int(fan_out)))
        return left.pop(0)

    return module.signal_rms(init, len(layers), layers[0].shape[0], batch), asked


def singles(module, scale, count, batch):
    """signal_rms of single numbers and a single weight, many times: what a ReLU makes of the inputs themselves."""
    return [module.signal_rms(lambda fan_in, fan_out: torch.full((1, 1), scale), 1, 1, *batch) for _ in range(count)]


def twice(module, fan_in, fan_out):
    """The weights of a linear layer after init_model, and after a second call."""
    layer, seen = nn.Linear(fan_in, fan_out), []
    for _ in range(2):
        module.init_model(layer)
        seen.append(layer.weight.detach().clone())
    return seen


def scaled(module, stds, args):
    """signal_rms of normal weights with these standard deviations: its answer, as well as the type names in it, and
    how many weights of what size it asked for.

    >>> signal_rms(lambda fan_in, fan_out: torch.randn(fan_out, fan_in) * stds[0], *args)
    """
    told = []
    for std in stds:
        asked = []

        def init(fan_in, fan_out, std=std, asked=asked):
            asked.append((int(fan_in), int(fan_out)))
            return torch.randn(fan_out, fan_in) * std

        seen = module.signal_rms(init, *args)
        told.append((seen, asked, [type(one).__name__ for one in seen]))
    return told


def own(module, names, args):
    """signal_rms of the submission's own weights."""
    return [module.signal_rms(getattr(module, name), *args) for name in names]


# ---- the examiner's side


def spread(values, std, what, fan_in, fan_out, reasons):
    """Mean and standard deviation of normal weights; `reasons` name other deviations and where they come from."""
    n = values.size
    seen = float(np.sqrt(np.mean(values.astype(float) ** 2)))
    named = [f" ({why})" for why, other in reasons.items() if abs(seen / other - 1) < 0.02]
    told = f"{what}: standard deviation {seen:.4g}, expected {std:.4g} for fan_in {fan_in}, fan_out {fan_out}"
    may_fail(2 * math.exp(-n * 0.045**2 / 1.1))  # Laurent and Massart's bound for a chi-square with n degrees
    # 5 % are free, and seven standard deviations of what n normal numbers show come on top.
    require(abs(seen / std - 1) < 0.05 + 7 / (2 * n) ** 0.5, told + (named[0] if named else ""))
    mean = float(values.mean(dtype=float))
    may_fail(2 * math.exp(-(7.0**2) / 2))
    require(abs(mean) < 7 * std / n**0.5, f"{what}: the mean is {mean:.3g}, expected about 0")


def bell(values, std, what):
    """Normal weights, at most cut off at two standard deviations: more of them near 0 than evenly spread ones."""
    inner = float((np.abs(values) < 0.5 * std).mean())
    n = values.size
    may_fail(2 * math.exp(-2 * n * 0.024**2))
    told = f"{what}: {100 * inner:.1f} % are within half a standard deviation of 0, of a normal distribution 38.3 %"
    require(0.332 < inner < 0.41, told)


def even(values, bound, what):
    """Uniform on ±bound: every quarter of the range holds a quarter of the numbers."""
    top = float(np.abs(values).max())
    require(top <= bound * (1 + 1e-5), f"{what}: the largest number is {top:.5g}, the bound is {bound:.5g}")
    places = np.clip(np.floor((values / bound + 1) * 2), 0, 3).astype(int)
    may_fail(2 * math.exp(-values.size / 100))
    require(top > 0.99 * bound, f"{what}: the largest number is {top:.5g}, up to {bound:.5g} is expected")
    for k in range(4):
        where = f"from {(k - 2) / 2:g} to {(k - 1) / 2:g} times the bound"
        by_chance(int((places == k).sum()), values.size, 0.25, f"{what}: numbers {where}", RISK)


def rms(seen, depth, what):
    """The answer of signal_rms as an array of this length."""
    require(isinstance(seen, (list, tuple)), f"{what}: expected a list of {depth} floats")
    require(len(seen) == depth, f"{what}: expected {depth} numbers, one per layer, saw {len(seen)}")
    found = np.array([float(shaped(one, (), f"{what}, layer {i + 1}")) for i, one in enumerate(seen)])
    require(not np.isnan(found).any(), f"{what}: layer {int(np.isnan(found).argmax()) + 1} is nan")
    return found
