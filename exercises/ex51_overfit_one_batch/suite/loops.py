"""One training of a linear model, told call by call, and the steps of SGD by hand, right and with known bugs."""

import numpy as np
import torch
from torch import nn

from grader.suite import exactly, normal, require, shaped

# ---- scenarios: run beside the learner's code and only report


class Doubling(nn.Module):
    """Gives twice as much in train mode, or always."""

    def __init__(self, always):
        super().__init__()
        self.always = always

    def forward(self, scores):
        return 2 * scores if self.training or self.always else scores


class Telling(nn.Module):
    """A linear model that notes at each call the samples, its weights, and the mode of a layer inside."""

    def __init__(self, layer, kind):
        super().__init__()
        self.linear = nn.Linear(layer[0].shape[1], len(layer[1]))
        for p, values in zip(self.linear.parameters(), layer, strict=True):
            p.data.copy_(values)
        self.deep = nn.Sequential(nn.Identity() if kind == "plain" else Doubling(kind == "always"))
        self.calls = []

    def forward(self, x):
        self.calls.append((x.detach().clone(), weights_of(self), self.deep.training))
        return self.deep(self.linear(x.flatten(1)))


def weights_of(model):
    return [p.detach().clone() for p in model.linear.parameters()]


def trained(module, layer, x, y, options, kind="plain", old=None, noise=0):
    """What a training returned, its calls, the weights afterwards; `old` stands in every .grad beforehand.

    >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(len(layer[1])))
    >>> train(model, x, y, **options)  # another model
    """
    torch.rand(noise)  # so many numbers drawn beforehand from the global generator
    model, mine = Telling(layer, kind), (x.clone(), y.clone())
    model.deep.eval()
    if old is not None:
        for p in model.parameters():
            p.grad = torch.full_like(p, old)
    history = module.train(model, *mine, **options)
    plain = [isinstance(loss, float) and not isinstance(loss, torch.Tensor) for loss in history]
    return {
        "history": [float(loss) for loss in history], "plain": plain, "calls": model.calls, "end": weights_of(model),
        "given": mine,
    }  # fmt: skip


# ---- the examiner's side

READINGS = ((False, False), (True, False), (False, True), (True, True))
"""Whether softmax stands before the loss, and whether gradients are added up."""


def some_layer(draw, entries, classes):
    return [0.5 * normal(draw, classes, entries), 0.5 * normal(draw, classes)]


def softmax(scores):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def slope(layer, x, y, twice=False):
    """The mean cross entropy of one batch and its gradients, in float64; `twice`: softmax stands before the loss."""
    x = np.asarray(x, np.float64).reshape(len(x), -1)
    scores = x @ np.asarray(layer[0], np.float64).T + layer[1]
    p = softmax(scores)
    q = softmax(p) if twice else p
    loss = -np.log(q[np.arange(len(y)), y])
    by_score = q - np.eye(len(layer[1]))[y]
    if twice:
        by_score = p * (by_score - (p * by_score).sum(1, keepdims=True))
    by_score /= len(y)
    return loss, [by_score.T @ x, by_score.sum(0)]


def by_hand(layer, batches, lr, twice=False, added=False, cleared_every=1):
    """Losses of each batch before its step, and the layer after each step."""
    layer, losses, path, sums = [np.asarray(part, np.float64) for part in layer], [], [], None
    for i, (x, y) in enumerate(batches):
        loss, grads = slope(layer, x, y, twice)
        old = sums if added or i % cleared_every else None
        sums = grads if old is None else [a + b for a, b in zip(old, grads, strict=True)]
        layer = [part - lr * g for part, g in zip(layer, sums, strict=True)]
        losses.append(loss)
        path.append(layer)
    return losses, path


def off(seen, right):
    """The largest distance between two layers."""
    return max(float(np.abs(np.asarray(a, float) - b).max()) for a, b in zip(seen, right, strict=True))


def ended(seen, layer, what):
    """The weights after a training."""
    found = exactly(seen["end"], 2, what)
    return [shaped(a, np.shape(b), f"{what}: the model's weights") for a, b in zip(found, layer, strict=True)]


def steps_of(seen, x, layer):
    """(samples, weights before, weights after, mode) of each call after which the weights had changed."""
    rows = {row.tobytes(): i for i, row in enumerate(np.asarray(x))}
    calls = [exactly(call, 3) for call in seen["calls"]]
    require(calls, "the model was never called")
    held = [*[call[1] for call in calls], ended(seen, layer, "after the training")]
    steps = []
    for (inputs, before, mode), after in zip(calls, held[1:], strict=True):
        if off(after, before) > 0:
            chosen = [rows.get(row.tobytes(), -1) for row in np.asarray(inputs)]
            require(-1 not in chosen, "the model was trained on inputs that are no samples of X")
            steps.append((chosen, before, after, mode))
    require(steps, "no weight changed in the whole training")
    return steps
