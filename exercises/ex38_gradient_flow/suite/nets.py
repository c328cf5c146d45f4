"""What the examiner of ex38 knows: the formulas of the block and of deep nets, and gradients of networks of its own."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, normal, pair, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def linears(module):
    return [one for one in module.modules() if isinstance(one, nn.Linear)]


def bent(name):
    return {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[name]()


def set_linear(linear, weight, bias):
    with torch.no_grad():
        linear.weight.copy_(torch.as_tensor(weight))
        if linear.bias is not None:
            linear.bias.copy_(torch.as_tensor(bias))


def with_numbers(module, options, name, weight, bias):
    """The learner's block with these numbers in its nn.Linear, and how many of these it has."""
    block = module.Block(len(bias), bent(name), **options)
    for linear in linears(block):
        set_linear(linear, weight, bias)
    return block, len(linears(block))


def of_block(module, options, name, weight, bias, x):
    """How many nn.Linear the block has, and its output with these weights.

    >>> Block(len(bias), {"relu": torch.nn.ReLU(), "tanh": torch.nn.Tanh()}.get(name, torch.nn.Sigmoid()),
    ... **options)(x)  # its weights are others
    """
    block, count = with_numbers(module, options, name, weight, bias)
    return count, block(torch.as_tensor(x).clone())


def slope_of_block(module, options, name, weight, bias, x, pull):
    """How many nn.Linear the block has, and the gradient that reaches x.

    >>> y = Block(len(bias), {"relu": torch.nn.ReLU(), "tanh": torch.nn.Tanh()}.get(name, torch.nn.Sigmoid()),
    ... **options)(x.requires_grad_())
    >>> (pull * y).sum().backward(); x.grad  # its weights are others
    """
    block, count = with_numbers(module, options, name, weight, bias)
    x = torch.as_tensor(x).clone().requires_grad_()
    return count, torch.autograd.grad(block(x), x, torch.as_tensor(pull), allow_unused=True)[0]


class Own(nn.Linear):
    """A linear layer of somebody's own."""


class Crossed(nn.Module):
    """The layers are registered in another order than they are used in."""

    def __init__(self):
        super().__init__()
        self.last, self.first = nn.Linear(6, 2), Own(5, 6)

    def forward(self, x):
        return self.last(self.first(x).tanh())


class Table(nn.Module):
    """A linear layer behind an embedding, whose weight has two axes as well."""

    def __init__(self):
        super().__init__()
        self.embedding, self.linear = nn.Embedding(6, 5), nn.Linear(5, 2)

    def forward(self, x):
        return self.linear(x + self.embedding(torch.arange(len(x))))


def network(kind):
    if kind == "nested":
        inner = nn.Sequential(nn.LayerNorm(7), Own(7, 6), nn.Tanh(), nn.Linear(6, 6, bias=False))
        return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), inner, nn.Linear(6, 2))
    if kind == "convolution":
        return nn.Sequential(
            nn.Unflatten(1, (1, 5)), nn.Conv1d(1, 2, 3), nn.Flatten(), nn.Linear(6, 6), nn.Linear(6, 2)
        )
    return {"crossed": Crossed, "single": lambda: nn.Linear(5, 2), "embedding": Table}[kind]()


# ---- the examiner's side

BENDS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def normed(x, axis=-1):
    """Layer norm over the last axis."""
    centered = x - x.mean(axis, keepdims=True)
    return centered / np.sqrt((centered**2).mean(axis, keepdims=True) + 1e-5)


def unbiased(x):
    return normed(x) * np.sqrt(1 - 1 / x.shape[-1])


def right(x, weight, bias, name, skip, norm):
    """The block's formula."""
    h = BENDS[name]((normed(x) if norm else x) @ weight.T + bias)
    return x + h if skip else h


def misread(x, weight, bias, name, skip, norm):
    """Formulas that a reader may take for the right one, by what is wrong with each."""
    f, n = BENDS[name], normed if norm else (lambda v: v)
    plain, inside = f(x @ weight.T + bias), f(n(x) @ weight.T + bias)
    rest = x if skip else 0
    cases = {
        "there is no activation": rest + n(x) @ weight.T + bias,
        "the linear map has no bias": rest + f(n(x) @ weight.T),
        "skip=False gives x + f(x)": x + inside,
        "skip=True gives f(x) without x": inside,
    }
    if norm:
        cases |= {
            "there is no norm": rest + plain,
            "the norm stands behind the linear map, not before it": rest + f(normed(x @ weight.T + bias)),
            "the norm stands behind the activation, not before the linear map": rest + normed(plain),
            "the variance is divided by width - 1": rest + f(unbiased(x) @ weight.T + bias),
            "the norm is taken over the batch, not over the width": rest + f(normed(x, 0) @ weight.T + bias),
        }
    else:
        cases["there is a norm although norm=False"] = rest + f(normed(x) @ weight.T + bias)
    if skip:
        cases |= {
            "the activation stands around the sum, and not inside the branch": f(x + n(x) @ weight.T + bias),
            "the norm stands around the sum: it belongs inside the branch": normed(x + (plain if norm else inside)),
            "there is a norm around the sum, too": normed(x + inside),
            "the norm of x is added, not x": n(x) + inside,
            "f(x) is taken from x, not added": x - inside,
            "the sum is divided by √2": (x + inside) / np.sqrt(2),
            "the sum is divided by 2": (x + inside) / 2,
        }
    return cases


def matches(seen, wanted):
    return np.allclose(seen, wanted, rtol=1e-3, atol=1e-4)


def judged(observe, draw, skip, norm, options=None):
    """The block's output against the formula; the misread formula that gives what was seen is named."""
    width, n = int(draw.integers(5, 9)), int(draw.integers(4, 8))
    weight, bias = normal(draw, width, width), normal(draw, width)
    x = (1.7 * normal(draw, n, width) + 0.8).astype("float32")
    for name in ("tanh", "relu"):
        asked = {"skip": skip, "norm": norm} if options is None else options
        count, seen = answers(observe(of_block, asked, name, weight, bias, x), 2)
        told = ", ".join(f"{key}={value}" for key, value in asked.items()) or "skip and norm by default"
        what = f"Block({width}, {name}), {told}"
        same(count, 1, f"{what}: nn.Linear layers inside")
        seen = shaped(seen, x.shape, what)
        wide = [np.asarray(one, float) for one in (x, weight, bias)]
        wanted = right(*wide, name, skip, norm)
        if matches(seen, wanted):
            continue
        named = [why for why, other in misread(*wide, name, skip, norm).items() if matches(seen, other)]
        i = np.unravel_index(int(np.argmax(np.nan_to_num(np.abs(seen - wanted), nan=np.inf))), x.shape)
        why = f" ({named[0]})" if named else ""
        require(False, f"{what}: in row {i[0]} {pair(wanted[i], seen[i])}{why}")


def rule(norms):
    """The diagnosis."""
    norms = np.asarray(norms, float)
    if not np.isfinite(norms).all() or norms.max() > 1e3:
        return "exploding"
    return "vanishing" if norms[0] < 1e-3 * norms[-1] else "healthy"
