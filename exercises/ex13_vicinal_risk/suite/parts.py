"""Models, losses and transforms for both sides: for the learner's code in torch, for the examiner in NumPy."""

import numpy as np
import torch

# ---- for scenarios


def rows(x, who):
    """x, if it is a batch; a single sample is told in words, where broadcasting would let it pass."""
    if x.ndim != 2:
        raise ValueError(f"{who} was given a tensor of shape {tuple(x.shape)}, expected a batch (N, D)")
    return x


class Model:
    """An object that owns its parameters v, so that a copy of it has others."""

    def __init__(self, name, v):
        self.name, self.v = name, v

    def __call__(self, x):
        rows(x, "the model")
        if self.name == "identity":
            return x
        if self.name == "norm":
            return (x**2).sum(1)
        return torch.tanh(x @ self.v) if self.name == "tanh" else x @ self.v


def affine(scales, shifts):
    """One function x -> x * scale + shift per row; equal rows give the same function."""
    made = {}
    for a, b in zip(scales, shifts, strict=True):
        made.setdefault((*a.tolist(), *b.tolist()), lambda x, a=a, b=b: rows(x, "a transform") * a + b)
    return [made[(*a.tolist(), *b.tolist())] for a, b in zip(scales, shifts, strict=True)]


def squares(out, y):
    """(N,): squared error of each sample."""
    return ((out - y) ** 2).reshape(len(y), -1).sum(1)


def pinball(out, y):
    """(N,): too small a prediction costs four times as much as one too large."""
    gap = out - y
    return torch.maximum(0.5 * gap, -2 * gap).reshape(len(y), -1).sum(1)


def with_slope(value_at, v, step):
    """The value at v, its gradient there (None if there is none), and the values one step to both sides of v."""
    leaf = v.clone().requires_grad_()
    value = value_at(leaf)
    if getattr(value, "requires_grad", False):
        value.sum().backward()
    sides = [[value_at(v + step * sign * one) for sign in (1, -1)] for one in v.new_ones(len(v)).diag()]
    dtype = str(getattr(value, "dtype", type(value).__name__))
    return {"value": value, "dtype": dtype, "gradient": leaf.grad, "sides": sides}


# ---- the examiner's side

MODELS = {
    "identity": lambda x, v: x,
    "tanh": lambda x, v: np.tanh(x @ v),
    "norm": lambda x, v: (x**2).sum(1),
    "linear": lambda x, v: x @ v,
}


def loss_of(name, out, y):
    """(N,): what `squares` and `pinball` give."""
    gap = out - y
    each = gap**2 if name == "squares" else np.maximum(0.5 * gap, -2 * gap)
    return each.reshape(len(y), -1).sum(1)


def losses(model, loss, v, x, y):
    """(N,): the loss of each sample, in float64."""
    return loss_of(loss, MODELS[model](x.astype(np.float64), v.astype(np.float64)), y)


def risk(model, loss, v, x, y, scales=((1.0,),), shifts=((0.0,),), weights=None):
    """The augmented risk by its definition; the empirical risk for the identity alone."""
    each = [losses(model, loss, v, x * a + b, y).mean() for a, b in zip(scales, shifts, strict=True)]
    return float(np.average(each, weights=weights))
