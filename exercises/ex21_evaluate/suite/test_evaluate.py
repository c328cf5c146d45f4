"""ex21: the examiner computes loss and accuracy over all samples at once, whatever the batches were."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from grader.suite import answers, between, close, digits, normal, points, uniform

EPS = 1e-5


# ---- scenarios: run beside the learner's code and only report


class Telling(nn.Module):
    """Doubles its input in train mode, and notes at each call whether gradients are recorded."""

    def __init__(self):
        super().__init__()
        self.recorded = []

    def forward(self, x):
        self.recorded.append(torch.is_grad_enabled())
        return 2 * x if self.training else x


def linear(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def brier(logits, targets):
    """Mean squared distance of the probabilities from the one-hot targets, over samples and classes."""
    return functional.mse_loss(logits.softmax(1), functional.one_hot(targets, logits.shape[1]).float())


def measure(module, layer, x, y, sizes, loss="cross_entropy", generator=False):
    """Loss and accuracy of a linear model over batches of these sizes, with the types of the two numbers."""
    batches = list(zip(x.split(sizes), y.split(sizes), strict=True))
    loss_fn = brier if loss == "brier" else functional.cross_entropy
    seen = module.evaluate(linear(*layer), iter(batches) if generator else batches, loss_fn)
    numbers = [seen["loss"], seen["accuracy"]]
    return {
        "loss": numbers[0],
        "accuracy": numbers[1],
        "types": [type(number).__name__ for number in numbers],
        "graph": [getattr(number, "requires_grad", False) for number in numbers],
    }


def measure_cuts(module, layer, x, y, cuts):
    """`measure` for every way to cut the samples into batches, with two loss functions each."""
    return [measure(module, layer, x, y, sizes, loss) for sizes in cuts for loss in ("cross_entropy", "brier")]


def measure_deep(module, layer, norm, x, y, sizes, training, grads):
    """Two evaluations of a network with batch norm and dropout, and what they left of it."""
    telling = Telling()
    model = nn.Sequential(linear(*layer), nn.BatchNorm1d(x.shape[1]), telling, nn.Dropout(0.5), linear(*layer))
    model[1].load_state_dict(norm, strict=False)
    model.train(training)
    model[0].weight.grad, model[4].bias.grad = (grad.clone() for grad in grads)
    batches = list(zip(x.split(sizes), y.split(sizes), strict=True))
    results = [module.evaluate(model, batches, functional.cross_entropy) for _ in range(2)]
    return {
        "results": [[result["loss"], result["accuracy"]] for result in results],
        "recorded": list(telling.recorded),
        "recorded_after": torch.is_grad_enabled(),
        "state": dict(model.state_dict()),
        "grads": [model[0].weight.grad, model[4].bias.grad, model[4].weight.grad],
        "mode": telling(torch.ones(2)),
    }


def try_evaluate(module, sizes, generator):
    batches = [(torch.ones(size, 3), torch.zeros(size, dtype=torch.int64)) for size in sizes]
    module.evaluate(nn.Linear(3, 2), iter(batches) if generator else batches, functional.cross_entropy)


# ---- the examiner's side


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


def named(layer):
    return {"weight": layer[0], "bias": layer[1]}


def nearest_mean(data):
    """A linear classifier of the digits: the class whose mean image is nearest."""
    means = np.stack([data.x_train[data.y_train == k].mean(0).ravel() for k in range(10)])
    return means.astype(np.float32), (-0.5 * (means**2).sum(1)).astype(np.float32)


def check(seen, losses, hits, sizes, what):
    """The two numbers against losses and right answers per sample."""
    edges = np.cumsum(sizes)[:-1]
    means = [part.mean() for part in np.split(losses, edges)]
    by_batch = isinstance(seen["loss"], float) and np.isclose(seen["loss"], np.mean(means), rtol=1e-6)
    if by_batch and not np.isclose(np.mean(means), losses.mean(), rtol=1e-4):
        what = f"{what}: the {sizes[-1]} samples of the last batch weigh as much as {sizes[0]} others"
    close(seen["loss"], losses.mean(), f"{what}: loss")
    if isinstance(seen["accuracy"], (int, float)):
        assert seen["accuracy"] <= 1, (
            f"{what}: accuracy {seen['accuracy']:.4g}; it is a share of all samples, at most 1"
        )
    close(seen["accuracy"], hits.mean(), f"{what}: accuracy")


class Deep:
    """A network with batch norm and dropout on random data: what was seen, and what eval mode must give."""

    def __init__(self, observe, draw, training=True):
        n, classes = 45, 4
        self.sizes, self.y = [20, 20, 5], draw.integers(0, classes, n)
        x, layer = normal(draw, n, classes), some_layer(draw, classes, classes)
        norm = {name: normal(draw, classes) for name in ("weight", "bias", "running_mean")}
        norm["running_var"] = 0.5 + uniform(draw, classes)
        hidden = (affine(layer, x) - norm["running_mean"]) / np.sqrt(norm["running_var"] + EPS)
        self.logits = affine(layer, hidden * norm["weight"] + norm["bias"])
        self.grads = [normal(draw, classes, classes), normal(draw, classes)]
        parts = zip(("0", "1", "4"), (named(layer), norm, named(layer)), strict=True)
        self.state = {f"{place}.{name}": values for place, part in parts for name, values in part.items()}
        self.state["1.num_batches_tracked"] = 0
        self.seen = observe(measure_deep, layer, norm, x, self.y, self.sizes, training, self.grads)

    def check(self, what):
        """Both evaluations gave the numbers of eval mode."""
        first, second = (answers(pair, 2) for pair in answers(self.seen["results"], 2))
        assert np.array_equal(first, second), (
            f"{what}: two evaluations differ, loss {first[0]!r} and {second[0]!r}; something is still in train mode"
        )
        losses, hits = sample_losses(self.logits, self.y), self.logits.argmax(1) == self.y
        check({"loss": first[0], "accuracy": first[1]}, losses, hits, self.sizes, what)


@points(
    3, hint="Each batch mean stands for `len(targets)` samples: weigh it by that, divide by all samples at the end."
)
def test_uneven_batches(observe, draw):
    """Uneven batches count by their size."""
    layer, sizes = some_layer(draw, 3, 4), [256, 256, 256, 16]
    x = normal(draw, sum(sizes), 3)
    logits = affine(layer, x)
    right = draw.random(len(x)) < 0.9
    right[-16:] = False
    y = np.where(right, logits.argmax(1), logits.argmin(1))
    what = "3 batches of 256 samples and a bad one of 16"
    check(observe(measure, layer, x, y, sizes), sample_losses(logits, y), right, sizes, what)


@points(2, hint="Sum over the samples of all batches first; ask `loss_fn` for the loss.")
def test_batch_size_does_not_matter(observe, draw):
    """The result does not depend on the batch size."""
    data, layer = digits(), nearest_mean(digits())
    order = draw.permutation(400)
    x, y = data.x_val[order].reshape(400, 64), data.y_val[order]
    logits = affine(layer, x)
    hits = logits.argmax(1) == y
    squares = ((np.exp(log_softmax(logits)) - np.eye(10)[y]) ** 2).mean(1)
    cuts = [[size] * (400 // size) + [400 % size] * (400 % size > 0) for size in (400, 48, 7, 1)]
    seen = iter(answers(observe(measure_cuts, layer, x, y, cuts), 8))
    for sizes in cuts:
        for losses, name in ((sample_losses(logits, y), "cross entropy"), (squares, "another loss_fn (squared error)")):
            check(next(seen), losses, hits, sizes, f"400 digits in batches of {sizes[0]}, {name}")


@points(2, hint="`model.eval()` reaches every layer, `torch.no_grad()` none: they are two different switches.")
def test_eval_mode_while_measuring(observe, draw):
    """Dropout is off and batch norm fixed while measuring."""
    for training in (True, False):
        Deep(observe, draw, training).check(f"a network with batch norm and dropout, given in {mode(training)}")


@points(2, hint="`with torch.no_grad():` around the loop; nothing but the mode is changed, and that is given back.")
def test_nothing_is_changed(observe, draw):
    """Weights, buffers and gradients stay untouched, and no graph is built."""
    deep = Deep(observe, draw)
    for name, before in deep.state.items():
        what = f"{name} changed during evaluation"
        if "running" in name or "tracked" in name:
            what += ": batch norm learned from the validation data"
        close(deep.seen["state"][name], before, what, 0, 0)
    *left, none = answers(deep.seen["grads"], 3)
    close(left, deep.grads, ".grad of two parameters changed during evaluation", 0, 0)
    assert none is None, f"a parameter without a gradient has one after the evaluation: {none!r}"
    recorded = deep.seen["recorded"]
    assert recorded and not any(recorded), (
        f"gradients were recorded in {sum(recorded)} of {len(recorded)} calls of the model: a graph that nobody needs"
    )
    assert deep.seen["recorded_after"] is True, (
        "gradients are no longer recorded after the evaluation: training is over"
    )
    deep.check("a network with batch norm and dropout")


@points(1, hint="Remember `model.training` before `model.eval()`, and hand it to `model.train(...)`.")
def test_mode_is_given_back(observe, draw):
    """The model's mode is given back."""
    for training in (True, False):
        deep = Deep(observe, draw, training)
        why = "training would go on without dropout" if training else "the model drops out while it is used"
        what = f"given in {mode(training)}, but left in {mode(not training)}: {why}; a layer that doubles in train mode"
        close(deep.seen["mode"], np.full(2, 1.0 + training), f"{what} made of (1, 1)")
        deep.check(f"given in {mode(training)}")


@points(1, hint="`.item()` cuts a number out of its tensor; accuracy counts right answers over samples.")
def test_plain_floats(observe, draw):
    """Plain floats; perfect and hopeless models give 1 and 0."""
    n, classes = 30, 5
    x, layer = normal(draw, n, classes), some_layer(draw, classes, classes)
    logits = affine(layer, x)
    some = np.where(np.arange(n) < draw.integers(8, 22), logits.argmax(1), logits.argmin(1))
    for y, what in (
        (logits.argmax(1), "a perfect model"),
        (logits.argmin(1), "a hopeless model"),
        (some, "a mixed model"),
    ):
        seen = observe(measure, layer, x, y, [12, 12, 6])
        for name, kind, graph in zip(("loss", "accuracy"), seen["types"], seen["graph"], strict=True):
            assert graph is False, f"{name} still carries a graph: every stored number keeps its whole batch in memory"
            assert kind in ("float", "float64"), f"{name} is a {kind}, no plain float"
        check(seen, sample_losses(logits, y), logits.argmax(1) == y, [12, 12, 6], what)
        between(seen["accuracy"], 0, 1, f"{what}: accuracy")


@points(1, hint="Count the samples while you read them: a generator has no length and can be read only once.")
def test_generators_and_empty_loaders(observe, draw):
    """An empty loader is refused, and the loader may be a generator."""
    x, layer = normal(draw, 25, 4), some_layer(draw, 4, 3)
    logits, y = affine(layer, x), draw.integers(0, 3, 25)
    seen = observe(measure, layer, x, y, [10, 10, 5], generator=True)
    check(seen, sample_losses(logits, y), logits.argmax(1) == y, [10, 10, 5], "a generator as loader")
    good = [([3], False), ([3, 3, 1], True), ([1], True)]
    observe.refuses(try_evaluate, [([], False), ([], True)], good, ValueError, "sizes of the batches, generator")


def mode(training):
    return "train mode" if training else "eval mode"
