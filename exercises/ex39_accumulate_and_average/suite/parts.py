"""Two models with weights written by hand, batches of samples and of padded tokens, and what their parts give."""

import numpy as np
import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef

from grader.suite import close, normal, require

# ---- scenarios: run beside the learner's code and only report


class Noted(nn.Module):
    """Passes on what comes; notes how many samples come, when their gradient comes back, and graphs that are kept."""

    def __init__(self, events):
        super().__init__()
        self.events, self.marks = events, []

    def forward(self, x):
        count, mark = len(x), torch.ones(())
        self.events += [("kept", count) for old in self.marks if not old.expired()]
        self.events.append(("forward", count))
        if x.requires_grad:
            x.register_hook(lambda _: self.events.append(("backward", count)))
        self.marks.append(StorageWeakRef(mark.untyped_storage()))
        return x * mark  # the graph keeps the mark until a backward pass empties it


def network(kind, weights, events=None):
    """A classifier of 6 numbers, one with batch norm, or one that gives scores for 7 tokens at each place."""
    layers = {
        "samples": [nn.Linear(6, 9), nn.Tanh(), nn.Linear(9, 5)],
        "batch norm": [nn.Linear(6, 9), nn.BatchNorm1d(9), nn.Tanh(), nn.Linear(9, 5)],
        "tokens": [nn.Embedding(7, 9), nn.Tanh(), nn.Linear(9, 7)],
    }[kind]
    model = nn.Sequential(*layers, *([] if events is None else [Noted(events)]))
    with torch.no_grad():
        for p, values in zip(model.parameters(), weights, strict=True):
            p.copy_(torch.as_tensor(values))
    return model


def loss_of(ignore):
    """Cross entropy, the mean over what is not ignored, over samples (N, K) or tokens (N, T, K)."""
    index = -100 if ignore is None else ignore

    def loss_fn(scores, targets):
        return nn.functional.cross_entropy(scores.flatten(0, -2), targets.flatten(), ignore_index=index)

    return loss_fn


def gradients(model):
    return [None if p.grad is None else p.grad.detach().clone() for p in model.parameters()]


def accumulated(module, kind, weights, batches, ignore, garbage=0.0, calls=1):
    """The loss, the gradients, the weights and what the model noted, after accumulate was called."""
    events = []
    model, loss = network(kind, weights, events), None
    if garbage:
        for p in model.parameters():
            p.grad = torch.full_like(p, garbage)
    given = [(x, y) for x, y in batches]
    for _ in range(calls):
        loss = module.accumulate(model, given, loss_of(ignore), ignore)
    if getattr(loss, "requires_grad", False):
        events.append(("graph", 0))
    return loss, gradients(model), [p.detach().clone() for p in model.parameters()], events


def left(module, kind, weights, batches, ignore):
    """The micro-batches after accumulate was called."""
    given = [(x, y) for x, y in batches]
    module.accumulate(network(kind, weights), given, loss_of(ignore), ignore)
    return given


def whole(kind, weights, batches, ignore):
    """The loss and the gradients of all micro-batches as one batch."""
    model = network(kind, weights)
    x, y = (torch.cat([torch.as_tensor(batch[i]) for batch in batches]) for i in (0, 1))
    loss = loss_of(ignore)(model(x), y)
    loss.backward()
    return loss.detach(), gradients(model)


def singly(kind, weights, batches, ignore):
    """The same for each micro-batch by itself, with the same model."""
    return [whole(kind, weights, [batch], ignore) for batch in batches]


# ---- the examiner's side


def drawn(draw, kind):
    """Weights of a model, all of a size at which gradients differ."""
    shapes = {
        "samples": [(9, 6), (9,), (5, 9), (5,)], "batch norm": [(9, 6), (9,), (9,), (9,), (5, 9), (5,)],
        "tokens": [(7, 9), (7, 9), (7,)],
    }[kind]  # fmt: skip
    return [0.6 * normal(draw, *shape) for shape in shapes]


def samples(draw, sizes):
    """Micro-batches of 6 numbers and a class."""
    return [(normal(draw, n, 6), draw.integers(0, 5, n)) for n in sizes]


def tokens(draw, sizes, lengths=None):
    """Micro-batches of sequences of 6 tokens; what follows a sequence's length is 0, padding, in the targets."""
    batches, ranges = [], lengths or [(4, 7)] + [(3, 6)] * (len(sizes) - 2) + [(1, 3)]
    for n, (low, high) in zip(sizes, ranges, strict=True):
        x, y = (draw.integers(1, 7, (n, 6)) for _ in range(2))
        long = draw.integers(low, high, n)
        batches.append((x, np.where(np.arange(6) < long[:, None], y, 0)))
    return batches


def mixed(parts, shares):
    """Loss and gradients with each part weighted by its share."""
    loss = sum(share * float(one[0]) for one, share in zip(parts, shares, strict=True))
    count = len(parts[0][1])
    return loss, [
        sum(share * np.asarray(one[1][i]) for one, share in zip(parts, shares, strict=True)) for i in range(count)
    ]


def alike(seen, right):
    """Whether gradients are the same, up to rounding."""
    try:
        close(seen, right, "", rtol=1e-3, atol=1e-5)
    except AssertionError:
        return False
    return True


def compare(seen, right, what, parts=None, sizes=None):
    """Gradients against the right ones; a known way of weighting the parts is named."""
    require(isinstance(seen, list) and len(seen) == len(right), f"{what}: gradients are missing")
    require(all(g is not None for g in seen), f"{what}: a parameter has no gradient")
    why = ""
    if parts is not None:
        n = len(parts)
        ways = {
            "the parts' gradients were added up, not averaged": [1.0] * n,
            f"each of the {n} parts counts alike": [1 / n] * n,
            "only the last part counts": [0.0] * (n - 1) + [1.0],
            "the parts are weighted by their samples": [size / sum(sizes) for size in sizes],
        }  # fmt: skip
        same = alike(seen, right)
        why = next(
            (f" ({way})" for way, shares in ways.items() if not same and alike(seen, mixed(parts, shares)[1])), ""
        )
    close(seen, right, f"{what}: the gradients{why}", rtol=1e-4, atol=1e-5)
