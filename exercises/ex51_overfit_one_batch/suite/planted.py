"""Training steps with one bug each, steps that follow a script, and models whose first loss is known."""

import numpy as np
import torch
from torch import nn

from grader.suite import exactly, normal, require, same

# ---- scenarios: run beside the learner's code and only report


class Step:
    """One step of Adam or SGD on cross entropy, with a bug. It makes its optimizer for the first model that it gets."""

    def __init__(self, bug):
        self.bug, self.optimizer = bug, None

    def prepared(self, model):
        trained = network() if self.bug == "optimizer of another model" else model
        held = list(trained.parameters())
        left = {"last bias left out": held[:-1], "first weight left out": held[1:]}.get(self.bug, held)
        kind = torch.optim.SGD if self.bug == "good, SGD" else torch.optim.Adam
        return kind(left, lr=0.3 if self.bug == "good, SGD" else 0.01)

    def cleared(self, model):
        held = list(model.parameters())
        if self.bug == "clears the first layer alone":
            held = held[:2]
        elif self.bug == "clears the last layer alone":
            held = held[2:]
        elif self.bug in ("no zero_grad", "clears after the step"):
            held = []
        for p in held:
            p.grad = None

    def __call__(self, model, x, y):
        if self.optimizer is None:
            self.optimizer = self.prepared(model)
        model.train()
        self.cleared(model)
        if self.bug == "labels in a new order in each step":
            y = y[torch.randperm(len(y))]
        scores = model(x)
        if self.bug == "softmax before the loss":
            scores = scores.softmax(1)
        loss = nn.functional.cross_entropy(scores, y)
        if self.bug == "minus sign":
            loss = -loss
        loss.backward()
        if self.bug == "first step with rate 0" and not self.optimizer.state:
            self.optimizer.state["begun"] = True
        else:
            self.optimizer.step()
        if self.bug == "clears after the step":
            self.optimizer.zero_grad()
        if self.bug == "returns the loss with its graph":
            return loss
        return loss.detach() if self.bug == "good, returns a tensor" else loss.item()


class Scripted:
    """Moves all parameters by 1 and returns the next number of its script, the last one for ever."""

    def __init__(self, script, kind):
        self.script, self.kind, self.taken = script, kind, 0

    def __call__(self, model, x, y):
        with torch.no_grad():
            for p in model.parameters():
                p += 1.0
        value = self.script[min(self.taken, len(self.script) - 1)]
        self.taken += 1
        return torch.tensor(value) if self.kind == "tensor" else value


class Jealous:
    """Works `steps` times for a model that was new at its first call; else it moves nothing and returns a loss of 9."""

    def __init__(self, steps):
        self.model, self.taken, self.steps = None, 0, steps

    def __call__(self, model, x, y):
        self.model = self.model or model
        new = self.model is model and model.taken == self.taken
        self.taken += 1
        model.taken += 1
        if not new or self.taken > self.steps:
            return (9 + 0 * next(model.parameters()).sum()).detach()
        with torch.no_grad():
            for p in model.parameters():
                p += 1.0
        return 0.01


class Counted(nn.Linear):
    """Knows how many steps it has seen; its loss is ln K only before the first."""

    def __init__(self, entries, classes):
        super().__init__(entries, classes)
        self.taken = 0

    def forward(self, x):
        return 0 * super().forward(x) if self.taken == 0 else 100 * torch.eye(self.out_features)[:1].expand(len(x), -1)


class Known(nn.Module):
    """Gives every sample the same logits in eval mode, and others in train mode."""

    def __init__(self, logits):
        super().__init__()
        self.bias, self.inner = nn.Parameter(logits.clone()), Other()

    def forward(self, x):
        return self.inner(self.bias.expand(len(x), -1))


class Other(nn.Module):
    def forward(self, logits):
        return 40 * logits.roll(1, 1) if self.training else logits


def network():
    return nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 5))


def checked(module, bug, x, y, steps, large=1.0):
    """The verdicts on a planted step; the last layer of each model may begin `large` times as large.

    >>> step = lambda model, x, y: torch.nn.functional.cross_entropy(model(x), y).item()
    >>> checklist(lambda: torch.nn.Linear(16, 5), lambda: step, x, y, 5)
    ...  # another step
    """

    def make_model():
        model = network()
        model[2].weight.data *= large
        return model

    mine = x.clone(), y.clone()
    verdicts = module.checklist(make_model, lambda: Step(bug), *mine, 5, steps)
    return names_of(verdicts), mine


def names_of(verdicts):
    return {str(name): bool(verdict) for name, verdict in verdicts.items()}


def scripted(module, script, kind, x, y, steps):
    """The verdicts on a step that follows a script; `steps` None: the default.

    >>> step = lambda model, x, y: torch.nn.functional.cross_entropy(model(x), y).item()
    >>> checklist(lambda: torch.nn.Linear(16, 5), lambda: step, x, y, 5)
    ...  # another step
    """
    more = {} if steps is None else {"steps": steps}
    verdicts = module.checklist(lambda: nn.Linear(16, 5), lambda: Scripted(script, kind), x, y, 5, **more)
    return names_of(verdicts)


def fresh(module, x, y, steps):
    """The verdicts on a step that works for a new model only.

    >>> step = lambda model, x, y: torch.nn.functional.cross_entropy(model(x), y).item()
    >>> checklist(lambda: torch.nn.Linear(16, 5), lambda: step, x, y, 5)
    ...  # another step
    """
    return names_of(module.checklist(lambda: Counted(16, 5), lambda: Jealous(steps), x, y, 5, steps))


def started(module, logits, y, classes):
    """The verdict on where a model begins that gives these logits in eval mode.

    >>> step = lambda model, x, y: torch.nn.functional.cross_entropy(model(x), y).item()
    >>> checklist(lambda: torch.nn.Linear(3, classes), lambda: step, torch.zeros(len(y), 3), y, classes, 2)
    ...  # another model
    """
    x = torch.zeros(len(y), 3)
    return names_of(module.checklist(lambda: Known(logits), lambda: Scripted([1.0], "number"), x, y, classes, 2))


# ---- the examiner's side

GOOD = ("good, Adam", "good, SGD", "good, returns a tensor")
FAILS = {
    "softmax before the loss": {"overfits"},
    "no zero_grad": {"own_grad"},
    "clears after the step": {"own_grad"},
    "clears the first layer alone": {"own_grad"},
    "clears the last layer alone": {"own_grad"},
    "labels in a new order in each step": {"overfits"},
    "optimizer of another model": {"all_move", "overfits"},
    "last bias left out": {"all_move"},
    "first weight left out": {"all_move"},
    "first step with rate 0": {"all_move"},
    "returns the loss with its graph": {"no_leak"},
    "minus sign": {"overfits"},
}
"""The checks that each planted bug fails."""


def batch(draw):
    """16 samples of 5 classes, each class there; one entry is 0 everywhere, so that its weights never move."""
    x = normal(draw, 16, 16)
    x[:, draw.integers(0, 16)] = 0
    return x, draw.permutation(np.arange(16) % 5)


def verdict(seen, name, what):
    """One check's verdict, out of the dict that checklist gave."""
    require(isinstance(seen, dict), f"{what}: checklist gave no dict")
    require(name in seen, f"{what}: {name!r} is missing among {sorted(seen)}")
    return seen[name]


def judged(observe, draw, name, bugs, steps=2):
    """A check's verdicts on good steps, on the bugs that it must find, and on the others."""
    x, y = batch(draw)
    seen = exactly(observe.all(checked, [(bug, x, y, steps) for bug in bugs]), len(bugs))
    for bug, one in zip(bugs, seen, strict=True):
        verdicts, after = exactly(one, 2)
        found, expected = verdict(verdicts, name, f"a step ({bug})"), name not in FAILS.get(bug, ())
        why = ""
        if bug == "softmax before the loss":
            why = "; nearly all its answers are right, but its loss cannot fall below ln(1 + 4/e) = 0.905"
        elif bug == "minus sign":
            why = "; its loss falls far below 0, which no cross entropy does"
        elif bug in ("no zero_grad", "clears after the step") and name == "own_grad":
            why = "; it may well overfit one batch all the same, but a twin with numbers in .grad shows it"
        require(found is expected, f"a step ({bug}): expected {name} to be {expected}, saw {found}{why}")
        same(after, (x, y), f"a step ({bug}): x and y afterwards")
