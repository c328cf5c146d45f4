"""What the examiner knows about linear models, and a submission's own numbers to judge everything else by."""

import numpy as np

from grader.suite import answers, close, normal, uniform

EPS = 1e-5


def log_softmax(logits):
    shifted = logits - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def sample_losses(logits, y):
    """The cross entropy of each sample."""
    return -log_softmax(logits.astype(np.float64))[np.arange(len(y)), y]


def affine(layer, x):
    return x.astype(np.float64) @ layer[0].T + layer[1]


def some_layer(draw, features, classes):
    return normal(draw, classes, features), normal(draw, classes)


def nearest_mean(data):
    """A linear classifier of the digits: the class whose mean image is nearest."""
    means = np.stack([data.x_train[data.y_train == k].mean(0).ravel() for k in range(10)])
    return means.astype(np.float32), (-0.5 * (means**2).sum(1)).astype(np.float32)


def positive(seen, what):
    """A loss that was measured: one number above 0."""
    number = isinstance(seen, (int, float)) and not isinstance(seen, bool)
    assert number and seen > 0, f"{what}: expected a loss above 0, saw {seen!r}"
    return float(seen)


def check_two_models(first, second):
    """Who gives two models on the same samples the same loss has not measured them."""
    losses = [positive(loss, "a linear model") for loss in (first, second)]
    assert losses[0] != losses[1], f"two different models have the same loss, {losses[0]:.6g}"


class Deep:
    """A network with batch norm and dropout: what was seen of it, and the submission's number for the same function.

    In eval mode the network is one affine function. What the submission says about a single linear layer of this
    function is the measure, so that a wrong mean does not count again where something else is the question.
    """

    def __init__(self, observe, measure, measure_deep, draw, modes, recording=True, before=None):
        n, classes = 45, 4
        sizes, y = [15, 15, 15], draw.integers(0, classes, n)
        x, layer = normal(draw, n, classes), some_layer(draw, classes, classes)
        norm = {name: normal(draw, classes) for name in ("weight", "bias", "running_mean")}
        norm["running_var"] = 0.5 + uniform(draw, classes)
        scale = norm["weight"] / np.sqrt(norm["running_var"] + EPS)
        shift = norm["bias"] + scale * (layer[1] - norm["running_mean"])
        whole = (layer[0] @ (scale[:, None] * layer[0]), layer[0] @ shift + layer[1])
        self.x, self.mean = x, norm["running_mean"]
        self.grads = [normal(draw, classes, classes), normal(draw, classes)]
        parts = {"first": dict(zip(("weight", "bias"), layer, strict=True)), "norm": norm}
        parts["last"] = parts["first"]
        self.state = {f"{place}.{name}": values for place, part in parts.items() for name, values in part.items()}
        self.state["norm.num_batches_tracked"] = 0
        self.own, other = (
            observe(measure, tuple(part.astype(np.float32) for part in one), x, y, sizes)["loss"]
            for one in (whole, layer)
        )
        check_two_models(self.own, other)
        self.seen = observe(measure_deep, layer, norm, x, y, sizes, modes, self.grads, recording, before)

    def losses(self):
        return [answers(pair, 2)[0] for pair in answers(self.seen["results"], 2)]

    def check_measured(self, what):
        """Some loss came out of it."""
        for loss in self.losses():
            positive(loss, what)

    def check_losses(self, what):
        """Both evaluations gave the number of eval mode."""
        first, second = (positive(loss, what) for loss in self.losses())
        assert first == second, (
            f"{what}: two evaluations differ, loss {first!r} and {second!r}; something is still in train mode"
        )
        close(first, float(self.own), f"{what}: loss, measured by your own loss of one linear layer that does the same")


def mode(training):
    return "train mode" if training else "eval mode"
