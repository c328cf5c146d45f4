"""ex17: with maps that hand numbers through, what the network does to its hidden numbers can be read off its logits."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, by_chance, close, normal, points, require, same, shaped

WIDTH = 16  # hidden numbers and classes; the input has one number more, so that the two maps differ in shape
PASSES = 600  # training passes that let a running average settle, whatever its momentum from 0.01 up


# ---- scenarios: run beside the learner's code and only report


def handed_through(module, dropout, mix=None):
    """A network whose first map drops the last input, and whose last map is `mix`, or hands its input through."""
    model = module.RegularizedMLP(17, 16, 16, *dropout)
    maps = [m for m in model.modules() if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer in maps:
            layer.weight.copy_(torch.eye(*layer.weight.shape))
            if layer.bias is not None:
                layer.bias.zero_()
        if mix is not None:
            weight, bias = mix
            for layer in maps:
                if layer.in_features == 16:
                    layer.weight.copy_(weight)
                    layer.bias.copy_(bias)
    return model


def learnable(module, *sizes):
    """The learnable numbers of a network."""
    return sum(p.numel() for p in module.RegularizedMLP(*sizes).parameters() if p.requires_grad)


def forms(module, images, classes):
    """The default network's logits in evaluation for images in several forms and for one image; other sizes' logits."""
    model = module.RegularizedMLP()
    model.eval()
    turned = images.transpose(2, 3).contiguous().transpose(2, 3)
    other = module.RegularizedMLP(784, 32, classes)
    other.eval()
    with torch.no_grad():
        logits = [model(images), model(images.flatten(1)), model(turned), model(images[:1])]
        return logits, other(images)


def four_times(module, x):
    """Two passes in evaluation, two in training."""
    model = module.RegularizedMLP(x.shape[1], 64, 5, 0.5)
    model.eval()
    quiet = [model(x), model(x)]
    model.train()
    return quiet, [model(x), model(x)]


def hidden_in_training(module, x, dropout):
    """What the last map meets in one training pass."""
    model = handed_through(module, dropout)
    model.train()
    return model(x)


def by_turns_in_training(module, first, second):
    """What the last map meets in training passes over one batch and then over another, without dropout."""
    model = handed_through(module, [0.0])
    model.train()
    return model(first), model(second)


def logits_in_training(module, x, dropout, weight, bias):
    """The logits of a training pass with this last map."""
    model = handed_through(module, dropout, (weight, bias))
    model.train()
    return model(x)


def remembered(module, first, second, dropout, low, high, passes):
    """Hidden numbers of two probes in evaluation, after training passes over two batches by turns."""
    model = handed_through(module, dropout)
    model.train()
    for _ in range(passes // 2):
        model(first)
        model(second)
    model.eval()
    with torch.no_grad():
        return model(low), model(high)


# ---- the examiner's side


def batch(draw, n=96, mean=0.0, deviation=1.0):
    """(n, 17) numbers whose columns have this mean and deviation."""
    return (mean + deviation * draw.standard_normal((n, WIDTH + 1))).astype("float32")


def normalized(x, eps=0.0):
    """ReLU of the batch-normalized hidden numbers."""
    z = x[:, :WIDTH].astype("float64")
    return np.maximum((z - z.mean(0)) / np.sqrt(z.var(0) + eps), 0)


@points(1, hint="x.flatten(1) works for every shape and memory layout; the last map has num_classes outputs.")
def test_shapes(observe, draw):
    """Images and flat rows in any layout give one row of logits per sample."""
    # verify: ignores flipped (logits are compared with each other, and all change sign)
    classes = int(draw.integers(3, 9))
    logits, other = answers(observe(forms, normal(draw, 6, 1, 28, 28), classes), 2)
    image, row, turned, one = answers(logits, 4)
    shaped(image, (6, 10), "6 images: logits")
    spread = float(np.std(image.astype("float64"), axis=0).max())
    require(spread > 1e-6, "6 different images got the same logits: they do not depend on the input")
    close(row, image, "the same 6 images as flat rows")
    close(turned, image, "the same 6 images in another memory layout")
    close(one, image[:1], "the first image alone")
    shaped(other, (6, classes), f"num_classes={classes}: logits")


@points(1, hint="Two nn.Linear with a bias each, and a batch norm that learns a scale and a shift.")
def test_size(observe, draw):
    """Two linear maps with a bias and a batch norm with scale and shift: 102 026 numbers by default."""
    found = {102_026 - 128: "one bias or shift is missing", 102_026 - 256: "batch norm learns no scale and no shift"}
    seen = observe(learnable)
    same(seen, 102_026, "learnable numbers", hint=found.get(seen, "") if isinstance(seen, int) else "")
    rows, hidden, classes = (int(n) for n in draw.integers(11, 40, 3))
    expected = rows * hidden + 3 * hidden + hidden * classes + classes
    same(observe(learnable, rows, hidden, classes), expected, f"learnable numbers of {rows}-{hidden}-{classes}")


@points(1, hint="nn.Dropout follows train() and eval(); F.dropout must be told training=self.training.")
def test_eval_repeats_and_train_does_not(observe, draw):
    """Evaluation repeats itself, training does not."""
    # verify: ignores flipped (calls are compared with each other, and all change sign)
    quiet, noisy = answers(observe(four_times, normal(draw, 48, 20)), 2)
    first, second = answers(quiet, 2)
    shaped(first, (48, 5), "evaluation: logits")
    require(np.isfinite(first).all() and first.std(0).max() > 1e-4, "evaluation: the logits do not depend on the input")
    close(second, first, "evaluation: output changes from call to call")
    one, two = (shaped(logits, (48, 5), "training: logits") for logits in answers(noisy, 2))
    require(np.abs(one - two).max() > 1e-4, "training: two calls gave the same logits, so nothing was dropped")


@points(2, hint="Without dropout this is Linear, batch norm, ReLU, Linear; training uses the batch's own statistics.")
def test_norm_then_relu(observe, draw):
    """With dropout 0, training normalizes by the batch and then applies the ReLU."""
    mean = float(draw.uniform(1.5, 3))
    x, quiet = batch(draw, mean=mean, deviation=2), batch(draw, mean=mean / 4, deviation=0.1)
    seen, after = answers(observe(by_turns_in_training, x, quiet), 2)
    seen = shaped(seen, (96, WIDTH), "training, dropout 0: what the last map meets")
    z = x[:, :WIDTH].astype("float64")
    late = np.maximum(z, 0)
    late = (late - late.mean(0)) / late.std(0)
    told = "training, dropout 0: what the last map meets"
    if np.allclose(seen, late, rtol=3e-3, atol=3e-3):
        told += " (the ReLU comes before the norm)"
    elif np.allclose(seen, np.maximum(z, 0), rtol=3e-3, atol=3e-3):
        told += " (nothing is normalized)"
    close(seen, normalized(x), told, rtol=3e-3, atol=3e-3)
    after, expected = shaped(after, (96, WIDTH), told), normalized(quiet)
    # Where the deviation is 0.1, an eps of 1e-3 shrinks everything by 5 %: half of it is taken for granted.
    shrunk = float(np.sum(after * expected) / np.sum(expected**2))
    eps = 0.01 * (1 / max(shrunk, 0.1) ** 2 - 1)
    told = "training, dropout 0, a batch with a deviation of 0.1 after another batch: what the last map meets"
    too_large = eps > 2e-3 and np.abs(after - normalized(quiet, eps)).max() < 0.05
    require(not too_large, f"{told} looks like eps = {eps:.3f}, expected at most 0.001")
    own = "In training every batch is normalized by its own mean and variance, not by running averages."
    close(after, normalized(quiet, 5e-4), told, rtol=0.06, atol=0.02, hint=own)


def settled(observe, draw, dropout):
    """The weight of the first of two batches in the remembered mean and variance; the second has the rest, up to 1.

    The first batch's numbers are so much larger that its weight shows even where the last batch has 0.99.
    """
    first, second = batch(draw, 200, 300.0, 100.0), batch(draw, 200, 3.0, 2.0)
    low, high = (np.full((4, WIDTH + 1), value, dtype="float32") for value in (600.0, 800.0))
    seen = answers(observe(remembered, first, second, [dropout], low, high, PASSES), 2)
    one, two = (shaped(part, (4, WIDTH), "evaluation: what the last map meets")[0].astype("float64") for part in seen)
    slope = two - one
    require((slope > 1e-3).all(), "evaluation: inputs of 600 and of 800 give the same hidden numbers")
    deviation = 200 / slope
    mean = 600 - one * deviation
    a, b = first[:, :WIDTH].astype("float64"), second[:, :WIDTH].astype("float64")
    of_mean = (mean - b.mean(0)) / (a.mean(0) - b.mean(0))
    of_variance = (deviation**2 - b.var(0)) / (a.var(0) - b.var(0))
    return float(np.median(of_mean)), float(np.median(of_variance))


@points(2, hint="nn.BatchNorm1d keeps running averages in train() and uses them in eval(), if it is left as it is.")
def test_running_statistics(observe, draw):
    """Evaluation uses running averages of the mean and the variance that training met."""
    # verify: ignores flipped (a slope and an offset of both signs give the same statistics)
    mean, variance = settled(observe, draw, 0.0)
    told = f"after {PASSES} training passes over two batches by turns, evaluation uses a"
    for what, weight in (("mean", mean), ("variance", variance)):
        require(
            0.005 <= weight <= 0.6,
            f"{told} {what} that is not between the two batches': the first batch's has a weight of {weight:.4f},"
            " expected 0.01 (if a new batch weighs 0.99) to 0.5",
            "0 is the last batch alone (momentum 1), or what stood there before any training; far from 0 to 1 are"
            " statistics of the evaluated batch, or of both batches thrown together",
        )
    require(
        abs(variance - mean) < 0.01 + 0.1 * mean,
        f"{told} mean in which the first batch weighs {mean:.3f}, but a variance in which it weighs {variance:.3f}",
        "Average the variances themselves, with the same weights as the means: not the standard deviations.",
    )


@points(1, hint="Dropout comes after the norm, so that the running statistics never see its noise.")
def test_dropout_comes_after_the_norm(observe, draw):
    """Dropout sits behind the batch norm: the running statistics do not depend on the dropout rate."""
    # verify: ignores flipped (a slope and an offset of both signs give the same statistics)
    plain, noisy = settled(observe, draw, 0.0)[1], settled(observe, draw, 0.5)[1]
    require(
        abs(noisy - plain) < 0.3 * max(plain, 0.01),
        f"with dropout 0.5 the remembered variance is another one than with dropout 0: {noisy:.2f} against {plain:.2f}"
        " of the larger one of two batches: noise got into the running statistics",
    )
    x = batch(draw, mean=3)
    seen = shaped(observe(hidden_in_training, x, [0.5]), (96, WIDTH), "dropout 0.5: what the last map meets")
    require((seen == 0).mean() > 0.6, "dropout 0.5: half of what the ReLU left alive must be zero in training")


@points(2, hint="Dropping with probability p and dividing the survivors by 1 − p is what nn.Dropout(p) does.")
def test_share_of_zeros(observe, draw):
    """The last map meets the asked share of extra zeros, and the survivors are scaled."""
    x = batch(draw, 400)
    before = shaped(observe(hidden_in_training, x, [0.0]), (400, WIDTH), "dropout 0: what the last map meets")
    alive = before > 1e-3
    count = int(alive.sum())
    require(count > 1000, f"dropout 0 must drop nothing, but only {count} of {alive.size} hidden numbers are positive")
    for p in (float(draw.uniform(0.1, 0.3)), float(draw.uniform(0.6, 0.8)), None):
        told = "default dropout (0.5)" if p is None else f"dropout {p:.2f}"
        seen = observe(hidden_in_training, x, [] if p is None else [p])
        after = shaped(seen, (400, WIDTH), f"{told}: what the last map meets")
        p = 0.5 if p is None else p
        dropped = alive & (after == 0)
        by_chance(int(dropped.sum()), count, p, f"{told}: hidden numbers that were dropped")
        kept = alive & ~dropped
        close(after[kept], before[kept] / (1 - p), f"{told}: survivors divided by {1 - p:.2f}", rtol=2e-3)


@points(1, hint="The last map's output is the answer: nothing comes behind it.")
def test_logits_are_the_last_maps_output(observe, draw):
    """Nothing happens to the logits."""
    row, bias = normal(draw, WIDTH), float(draw.uniform(2, 4))
    weight = np.tile(row, (WIDTH, 1))
    x = batch(draw)
    logits = observe(logits_in_training, x, [0.4], weight, np.full(WIDTH, bias, dtype="float32"))
    logits = shaped(logits, (96, WIDTH), "a last map whose outputs are all alike: logits")
    zeros = int((logits == 0).sum())
    require(zeros == 0, f"{zeros} of {logits.size} logits are exactly 0: there is dropout, or a ReLU, on the logits")
    close(logits, np.tile(logits[:, :1], (1, WIDTH)), "a last map whose outputs are all alike: logits of one sample")
    plain = observe(logits_in_training, x, [0.0], weight, np.full(WIDTH, bias, dtype="float32"))
    shaped(plain, (96, WIDTH), "dropout 0: logits")
    close(plain, normalized(x) @ weight.T.astype("float64") + bias, "dropout 0: logits", rtol=5e-3, atol=3e-2)
