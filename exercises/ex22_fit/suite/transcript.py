"""One training of a linear model, read from the calls of the model: what it was given, and how its weights stood.

Nothing is asked of the optimizer: a step is a change of the weights between two calls.
"""

import numpy as np
from curves import flat

from grader.suite import answers, require, shaped


def entry(seen, name):
    """One entry of the history that came with this observation; a list has one number per epoch."""
    history = seen["history"]
    require("no_dict" not in history, f"fit must return the history as a dict, it returned a {history.get('no_dict')}")
    keys = ", ".join(map(repr, history["keys"]))
    require(history[name] is not None, f"the history has no {name!r}; its keys are {keys or 'none'}")
    return history[name]


class Call:
    """One call of the model: `batches` are the numbers of the batches of `source` (train or val) that it was given."""

    def __init__(self, seen, origin, form):
        self.layer = tuple(shaped(seen[name], size, f"the model's {name}") for name, size in form.items())
        self.weights = flat(self.layer)
        self.train, self.layers, self.graph = seen["train"], seen["layers"], seen["graph"]
        found = [origin.get(row.astype(np.float32).tobytes(), ("other", -1)) for row in seen["rows"]]
        sources = {source for source, _ in found}
        self.source = sources.pop() if len(sources) == 1 else "other"
        self.batches = sorted({number for _, number in found})
        self.steps = False  # whether the weights had changed at the next call


class Transcript:
    """The calls of one training, cut into epochs: each ends with a measurement on the validation data."""

    def __init__(self, seen, pairs, val):
        self.pairs, self.val, self.seen = pairs, val, seen
        self.final = flat(answers(seen["final"], 2))
        named = [("train", pairs), ("val", val)]
        origin = {row.tobytes(): (name, i) for name, part in named for i, (x, _) in enumerate(part) for row in x}
        form = {"weight": (3, 4), "bias": (3,)}
        self.calls = [Call(call, origin, form) for call in seen["calls"]]
        require(self.calls, "the model was never called")
        for call, following in zip(self.calls, self.calls[1:], strict=False):
            call.steps = not np.array_equal(call.weights, following.weights, equal_nan=True)
        self.epochs = self.cut()

    def cut(self):
        """(training calls, measuring calls) per epoch; a call on validation data that is a step measures nothing."""
        epochs, training, measuring = [], [], []
        for call in self.calls:
            if call.source == "val" and not call.steps:
                measuring.append(call)
                continue
            if measuring and call.source == "train" and (call.train or call.steps):
                epochs.append((training, measuring))
                training, measuring = [], []
            if call.source == "train":
                training.append(call)
        require(measuring or epochs, "the model was never called with validation data")
        return [*epochs, (training, measuring)] if measuring else epochs

    def entry(self, name):
        return entry(self.seen, name)

    def trained(self, per_epoch):
        """The calls of each epoch in which it was trained on, without those that measure train_loss afterwards."""
        return [training[:per_epoch] for training, _ in self.epochs]

    def measured(self):
        """Weight and bias at the measurement of each epoch, and by what the model multiplied its scores."""
        return [(measuring[-1].layer, 1 + measuring[-1].train) for _, measuring in self.epochs]

    def steps(self):
        """(epoch, call, weights at the next call) of each step that was taken on training data."""
        number = {id(call): epoch for epoch, (training, _) in enumerate(self.epochs) for call in training}
        pairs = zip(self.calls, self.calls[1:], strict=False)
        return [(number[id(a)], a, b.weights) for a, b in pairs if a.steps and id(a) in number]
