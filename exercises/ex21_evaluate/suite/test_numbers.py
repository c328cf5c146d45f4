"""ex21, the numbers: the examiner computes loss and accuracy over all samples at once, whatever the batches were."""

import numpy as np
from networks import measure, measure_called, measure_elsewhere, measure_losses, try_evaluate
from oracle import affine, check_two_models, log_softmax, nearest_mean, positive, sample_losses, some_layer

from grader.suite import Raised, answers, between, close, digits, normal, points


def each_measured(observe, cases):
    """`measure` of each case; what it raised is raised here."""
    seen = answers(observe.each(measure, cases), len(cases))
    for case, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(measure, *case)
    return seen


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
    losses = sample_losses(logits, y)
    seen, what = observe(measure, layer, x, y, sizes)["loss"], "3 batches of 256 samples and a bad one of 16: loss"
    by_batch = np.mean([part.mean() for part in np.split(losses, np.cumsum(sizes)[:-1])])
    if isinstance(seen, float) and np.isclose(seen, by_batch, rtol=1e-5):
        what += " (the 16 samples of the last batch weigh as much as 256 others)"
    close(seen, losses.mean(), what)


@points(2, hint="Count the right answers of all batches, and divide by the number of all samples.")
def test_accuracy(observe, draw):
    """Accuracy is the share of all samples; perfect models give 1, and models that are always second best 0."""
    n, classes, sizes = 30, 5, [12, 12, 6]
    x, layer = normal(draw, n, classes), some_layer(draw, classes, classes)
    logits = affine(layer, x)
    second = np.argsort(logits, 1)[:, -2]
    some = np.where(np.arange(n) < draw.integers(8, 14), logits.argmax(1), second)
    labels = {
        "a model that gives each target the second largest logit": second, "a perfect model": logits.argmax(1),
        "a mixed model": some,
    }  # fmt: skip
    seen = each_measured(observe, [(layer, x, y, sizes) for y in labels.values()])
    shares = {what: (logits.argmax(1) == y).mean() for what, y in labels.items()}
    for what, answer in zip(shares, seen, strict=True):
        between(answer["accuracy"], 0, 1, f"{what}: accuracy, a share of all samples")
    wrong = np.allclose([answer["accuracy"] for answer in seen], [1 - share for share in shares.values()])
    told = " (what was given is the share of wrong answers)" if wrong else ""
    for (what, share), answer in zip(shares.items(), seen, strict=True):
        close(answer["accuracy"], share, f"{what}, batches of 12, 12 and 6: accuracy{told}")


@points(1, hint="Sum over the samples of all batches first, and divide once.")
def test_batch_size_does_not_matter(observe, draw):
    """The result does not depend on the batch size."""
    data, layer = digits(), nearest_mean(digits())
    order = draw.permutation(400)
    x, y = data.x_val[order].reshape(400, 64), data.y_val[order]
    cuts = [[size] * (400 // size) + [400 % size] * (400 % size > 0) for size in (400, 48, 7, 1)]
    cases = [(layer, x, y, sizes) for sizes in cuts] + [(some_layer(draw, 64, 10), x, y, [400])]
    *seen, other = each_measured(observe, cases)
    check_two_models(seen[0]["loss"], other["loss"])
    for sizes, answer in zip(cuts, seen, strict=True):
        for name in ("loss", "accuracy"):
            what = f"400 digits in batches of {sizes[0]} against one batch of all: {name}"
            close(answer[name], float(seen[0][name]), what)


@points(1, hint="Ask `loss_fn` for the loss, with the logits first and the targets second.")
def test_loss_function(observe, draw):
    """The loss is that of the given loss function."""
    x, layer, y = normal(draw, 40, 4), some_layer(draw, 4, 3), draw.integers(0, 3, 40)
    probabilities = np.exp(log_softmax(affine(layer, x)))
    right = probabilities[np.arange(40), y]
    expected = {
        "cross entropy": -np.log(right), "another loss_fn (squared error)": ((probabilities - np.eye(3)[y]) ** 2),
        "a loss_fn with negative losses": -3 * right,
    }  # fmt: skip
    for (what, losses), seen in zip(
        expected.items(), answers(observe(measure_losses, layer, x, y, [40]), 3), strict=True
    ):
        close(seen, losses.mean(), f"one batch, {what}: loss")
    squares = ((probabilities[:1] - np.eye(3)[y[:1]]) ** 2).mean()
    alone = answers(observe(measure_losses, layer, x[:1], y[:1], [1]), 3)
    close(alone[1], squares, "a batch of one sample, squared error: loss")


@points(1, hint="Hand each batch's inputs to the model as they come: `logits = model(inputs)`.")
def test_model_gets_the_inputs(observe, draw):
    """The model itself is called, with the inputs as they are: images, token numbers, with a forward hook."""
    x, layer, y = normal(draw, 40, 4), some_layer(draw, 4, 3), draw.integers(0, 3, 40)
    tokens = draw.integers(0, 4, 40)
    seen = observe(measure_called, layer, x, tokens, y)
    cases = {
        "images": "images of shape (1, 4) and a convolution",
        "tokens": "int64 token numbers and an embedding",
        "hook": "a model with a forward hook, which `model(inputs)` calls and `model.forward` does not",
    }
    check_two_models(seen["images"][1], seen["tokens"][1])
    for name, what in cases.items():
        loss, own = answers(seen[name], 2)
        close(loss, positive(own, what), f"{what}, against your own loss of a linear layer that does the same: loss")


@points(1, hint="`.item()` cuts a number out of its tensor.")
def test_plain_floats(observe, draw):
    """Loss and accuracy are plain floats."""
    x, y = normal(draw, 30, 5), draw.integers(0, 5, 30)
    first, second = each_measured(observe, [(some_layer(draw, 5, 5), x, y, [10, 10, 10]) for _ in range(2)])
    for seen in (first, second):
        for name, kinds, graph in zip(("loss", "accuracy"), seen["types"], seen["graph"], strict=True):
            assert graph is False, f"{name} still carries a graph: every stored number keeps its whole batch in memory"
            assert "float" in kinds, f"{name} is a {kinds[0]}, no plain float"
    check_two_models(first["loss"], second["loss"])


@points(1, hint="Count the samples while you read them: a generator has no length and can be read only once.")
def test_any_loader(observe, draw):
    """The loader may be a generator, and is read once from start to end."""
    x, layer, y = normal(draw, 25, 4), some_layer(draw, 4, 3), draw.integers(0, 3, 25)
    kinds = {
        "list": "a list of tuples", "lists": "a list of lists", "generator": "a generator",
        "stream": "an object with `__iter__` alone",
    }  # fmt: skip
    cases = [(layer, x, y, [10, 10, 5], "cross_entropy", kind) for kind in kinds]
    seen = each_measured(observe, [*cases, (some_layer(draw, 4, 3), *cases[0][1:])])
    check_two_models(seen[0]["loss"], seen[-1]["loss"])
    for words, answer in zip(kinds.values(), seen[:-1], strict=True):
        for name in ("loss", "accuracy"):
            close(answer[name], float(seen[0][name]), f"{words} as loader, against a list of tuples: {name}")


@points(1, hint="If the number of samples is still 0 after the loop, there was nothing to measure.")
def test_empty_loader(observe):
    """An empty loader is refused."""
    good = [([3], False), ([3, 3, 1], True), ([1], True)]
    observe.refuses(try_evaluate, [([], False), ([], True)], good, ValueError, "sizes of the batches, generator")


@points(1, hint="`inputs.to(device)` and `targets.to(device)`: both, in every batch, before the model sees them.")
def test_batches_are_moved(observe, draw):
    """Inputs and targets of every batch are moved to the device."""
    x, layer, y = normal(draw, 25, 4), some_layer(draw, 4, 3), draw.integers(0, 3, 25)
    here = observe(measure, layer, x, y, [10, 10, 5])
    check_two_models(here["loss"], observe(measure, some_layer(draw, 4, 3), x, y, [10, 10, 5])["loss"])
    for named in (True, False):
        seen = answers(observe(measure_elsewhere, layer, x, y, [10, 10, 5], "cpu:1", named), 2)
        positive(seen[0], "a model on a pretended second device")
        close(
            seen,
            [float(here["loss"]), float(here["accuracy"])],
            "a model on a pretended second device, cpu:1, and on cpu",
        )
