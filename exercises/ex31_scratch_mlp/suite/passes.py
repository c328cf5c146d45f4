"""What the examiner of ex31 knows: networks with given numbers, and the gradients of a few misread formulas."""

import numpy as np
import torch

from grader.suite import form, normal, pair, require, shaped

NAMES = ("W1", "b1", "W2", "b2")

# ---- scenarios: run beside the learner's code and only report


def network(module, activation, tensors):
    """The learner's network with these numbers, written into its tensors or in their place."""
    rows, hidden = tensors[0].shape
    net = module.ScratchMLP(rows, hidden, tensors[2].shape[1], activation, seed=3)
    for i, (name, values) in enumerate(zip(("W1", "b1", "W2", "b2"), tensors, strict=True)):
        values = torch.as_tensor(values).clone()
        if i % 2:
            setattr(net, name, values)
        else:
            with torch.no_grad():
                getattr(net, name).copy_(values)
    return net


def held(net):
    return [getattr(net, name).detach().clone() for name in ("W1", "b1", "W2", "b2")]


def forward(module, activation, tensors, x):
    """
    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1], activation)
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.forward(x)
    """
    return network(module, activation, tensors).forward(torch.as_tensor(x))


def loss(module, activation, tensors, x, y):
    """The loss, the name of its type, and the outputs that it is the loss of.

    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1], activation)
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.loss(x, y)
    """
    net, x, y = network(module, activation, tensors), torch.as_tensor(x), torch.as_tensor(y)
    seen = net.loss(x, y)
    return seen, type(seen).__name__, net.forward(x)


def backward(module, activation, tensors, x, y):
    """
    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1], activation)
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.backward(x, y)
    """
    return network(module, activation, tensors).backward(torch.as_tensor(x), torch.as_tensor(y))


def autograd(activation, tensors, x, y):
    """The four gradients, by autograd."""
    leaves = [torch.as_tensor(values).double().requires_grad_() for values in tensors]
    act = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}[activation]
    p = act(torch.as_tensor(x).double() @ leaves[0] + leaves[1]) @ leaves[2] + leaves[3]
    return torch.autograd.grad((p - torch.as_tensor(y).double()).square().mean(), leaves)


# ---- the examiner's side

BENDS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
SLOPES = {
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: 1.0 * (z > 0),
    "sigmoid": lambda z: BENDS["sigmoid"](z) * (1 - BENDS["sigmoid"](z)),
}


def drawn(draw, n, n_in, hidden, n_out, activation="tanh"):
    """Four tensors, X and Y; with ReLU no z lies near the kink."""
    while True:
        tensors = [normal(draw, n_in, hidden), normal(draw, hidden), normal(draw, hidden, n_out), normal(draw, n_out)]
        x, y = normal(draw, n, n_in), normal(draw, n, n_out)
        z = x.astype(float) @ tensors[0] + tensors[1]
        if activation != "relu" or (np.abs(z).min() > 1e-3 and 0 < (z > 0).sum() < z.size):
            return tensors, x, y


def answered(activation, tensors, x):
    """z, h and p."""
    W1, b1, W2, b2 = (np.asarray(one, float) for one in tensors)
    z = np.asarray(x, float) @ W1 + b1
    h = BENDS[activation](z)
    return z, h, h @ W2 + b2


def output_misread(activation, tensors, x, y):
    """Gradients of W2 and b2 that a reader may take for the right ones, by what is wrong."""
    z, h, p = answered(activation, tensors, x)
    d = 2 * (p - y) / p.size
    return {
        "the mean is over N rows, but not over the N · n_out entries": (h.T @ d * p.shape[1], d.sum(0) * p.shape[1]),
        "it is N times too large: the mean divides by N": (h.T @ d * len(p), d.sum(0) * len(p)),
        "it is N · n_out times too large: the loss is a mean": (h.T @ d * p.size, d.sum(0) * p.size),
        "the factor 2 of the square is missing": (h.T @ d / 2, d.sum(0) / 2),
        "the sign is wrong": (-h.T @ d, -d.sum(0)),
        "z stands where h should": (z.T @ d, np.full(d.shape[1], np.nan)),
        "the mean over the rows, not the sum": (np.full((h.shape[1], d.shape[1]), np.nan), d.mean(0)),
    }


def hidden_misread(activation, tensors, x, y, right):
    """The same for W1 and b1, with `right` as the gradients of W2 and b2."""
    W1, b1, W2, b2 = (np.asarray(one, float) for one in tensors)
    z, h, p = answered(activation, tensors, x)
    x, d = np.asarray(x, float), 2 * (p - y) / p.size
    back = d @ W2.T
    dzs = {
        "the slope of the activation is missing": back,
        "the slope is taken at h, not at z": back * SLOPES[activation](h),
        "the activation stands where its slope should": back * h,
        "the slope of tanh is taken": back * (1 - h**2),
        "the slope of the sigmoid is taken": back * h * (1 - h),
        "the slope of ReLU is taken": back * (z > 0),
        "h (1 - z) or the like: the sigmoid's slope is h (1 - h)": back * z * (1 - z),
        "1 - z² or the like: the slope of tanh is 1 - h²": back * (1 - z**2),
        "the factor 2 of the square is missing": back * SLOPES[activation](z) / 2,
        "it is N times too large: the mean divides by N": back * SLOPES[activation](z) * len(p),
        "it is N · n_out times too large: the loss is a mean": back * SLOPES[activation](z) * p.size,
        "the mean is over N rows, but not over the N · n_out entries": back * SLOPES[activation](z) * p.shape[1],
        "the sign is wrong": -back * SLOPES[activation](z),
        "b2 is added to what goes back": (d + b2) @ W2.T * SLOPES[activation](z),
    }
    cases = {why: (x.T @ dz, dz.sum(0)) for why, dz in dzs.items()}
    true = back * SLOPES[activation](z)
    return cases | {
        "the mean over the rows, not the sum": (np.full(W1.shape, np.nan), true.mean(0)),
        "the bias is left out of z": (
            x.T @ (back * SLOPES[activation](x @ W1)), (back * SLOPES[activation](x @ W1)).sum(0)
        ),
    }  # fmt: skip


def judged(seen, names, right, misread, what):
    """Two gradients against the right ones; a misread formula that explains what was seen is named."""
    require(isinstance(seen, dict), f"{what}: backward gives a dict of four gradients")
    for i, name in enumerate(names):
        require(name in seen, f"{what}: backward's dict has no {name!r}")
        wanted = right[i]
        told = f"{what}: the gradient of {name}"
        one = seen[name]
        if isinstance(one, np.ndarray) and one.ndim == 2 and one.shape != wanted.shape == one.T.shape:
            require(False, f"{told} has {form(one)}: it is transposed, {name} is {wanted.shape}")
        if isinstance(one, np.ndarray) and wanted.ndim == 1 and one.ndim == 2 and one.shape[1:] == wanted.shape:
            require(False, f"{told} has {form(one)}: sum the rows up, {name} is {wanted.shape}")
        one = shaped(one, wanted.shape, told)
        if np.allclose(one, wanted, rtol=1e-3, atol=1e-5):
            continue
        named = [why for why, case in misread.items() if np.allclose(one, case[i], rtol=1e-3, atol=1e-5)]
        at = np.unravel_index(int(np.argmax(np.abs(np.nan_to_num(one, nan=1e9) - wanted))), wanted.shape)
        why = f" ({named[0]})" if named else ""
        require(False, f"{told}: {pair(wanted[at], one[at])} at {list(map(int, at))}{why}")
