"""Networks that tell how they were called, and plain float32 gradients to compare a step with: the examiner of ex46."""

import numpy as np
import torch
from torch import nn

from grader.suite import normal, require, shaped

# ---- scenarios: run beside the learner's code and only report


class Watch(nn.Module):
    """Passes on what comes and notes its dtype; in train mode it may pass on `gain` times as much."""

    def __init__(self, seen, gain=1.0):
        super().__init__()
        self.seen, self.gain = seen, gain

    def forward(self, x):
        self.seen.append(str(x.dtype))
        return x * self.gain if self.training else x


class Told:
    """A scaler that notes what it is told, and the weights of a model at that moment; and changes its scale then."""

    def __init__(self, scale, model=None):
        self.scale, self.told, self.model, self.weights = scale, [], model, []

    def update(self, finite):
        self.told.append(bool(finite))
        self.weights.append(None if self.model is None else held(self.model))
        self.scale = self.scale * 32


class Edge(nn.Module):
    """Adds the root of a parameter that is 0, in one output: a finite answer, an infinite slope (or NaN)."""

    def __init__(self, signed):
        super().__init__()
        self.at, self.signed = nn.Parameter(torch.zeros(1)), signed

    def forward(self, x):
        root = (self.at.abs() if self.signed else self.at).sqrt()
        return torch.cat([x[:, :1] + root, x[:, 1:]], 1)


class Spare(nn.Module):
    """Two layers of which the first takes no part."""

    def __init__(self):
        super().__init__()
        self.unused, self.used = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x):
        return self.used(x)


def network(weights, last=None, seen=None, gain=1.0):
    """6 -> 16 -> 4 with the given weights; `last` is one more layer behind it."""
    layers = [nn.Linear(6, 16), Watch([] if seen is None else seen, gain), nn.Tanh(), nn.Linear(16, 4)]
    model = nn.Sequential(*layers, *([] if last is None else [last]))
    with torch.no_grad():
        for p, values in zip(model.parameters(), weights, strict=False):
            p.copy_(torch.as_tensor(values))
    return model


def held(model):
    return [p.detach().clone() for p in model.parameters()]


def loss_of(factor, notes=None):
    """Cross entropy times a factor; notes the dtype of the logits, whether autocast is on, and the loss."""

    def loss_fn(logits, targets):
        loss = nn.functional.cross_entropy(logits, targets) * factor
        if notes is not None:
            notes.append((str(logits.dtype), torch.is_autocast_enabled("cpu"), loss.item()))
        return loss

    return loss_fn


def plain(weights, xb, yb, factor=1.0):
    """Loss and gradients in float32, without any of this exercise."""
    model = network(weights)
    loss = loss_of(factor)(model(xb), yb)
    loss.backward()
    return loss.detach(), [p.grad for p in model.parameters()]


def half(name):
    return {"bfloat16": torch.bfloat16, "float16": torch.float16}[name]


# ---- the examiner's side


def drawn(draw, n=12):
    """Weights, inputs and targets."""
    weights = [
        normal(draw, *shape) * size for shape, size in (((16, 6), 0.4), ((16,), 0.1), ((4, 16), 0.4), ((4,), 0.1))
    ]
    return weights, normal(draw, n, 6), draw.integers(0, 4, n)


def total(tensors):
    """The norm of all of them together."""
    return float(np.sqrt(sum(np.sum(np.asarray(one, float) ** 2) for one in tensors)))


def moved(after, before, what):
    """What a step of SGD with learning rate 1 took away from the weights."""
    require(isinstance(after, list) and len(after) >= len(before), f"{what}: parameters are missing")
    found = [
        shaped(a, np.shape(b), f"{what}: a parameter", dtype="float32") for a, b in zip(after, before, strict=False)
    ]
    return [np.asarray(b, float) - a for a, b in zip(found, before, strict=True)]


def off(seen, right):
    """How far the tensors are from the right ones, as a share of those."""
    return total([a - np.asarray(b, float) for a, b in zip(seen, right, strict=True)]) / total(right)
