"""What the examiner computes about trainings: losses, gradients and steps of a linear model, and when one must stop."""

import numpy as np

from grader.suite import normal


def probabilities(logits):
    p = np.exp(logits - logits.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def loss(layer, batches, scale=1):
    """Mean cross entropy per sample of `scale * (x @ weight.T + bias)` over all batches; layer: (weight, bias)."""
    return float(np.concatenate([sample_losses(scale * affine(layer, x), y) for x, y in batches]).mean())


def accuracy(layer, batches):
    return float(np.concatenate([affine(layer, x).argmax(1) == y for x, y in batches]).mean())


def affine(layer, x):
    return x.astype(np.float64) @ layer[0].astype(np.float64).T + layer[1]


def sample_losses(logits, y):
    return -np.log(probabilities(logits)[np.arange(len(y)), y])


def gradient(layer, batch, scale=2):
    """The gradient of the mean cross entropy of one batch by weight and bias, as one vector."""
    x, y = batch
    slope = scale * (probabilities(scale * affine(layer, x)) - np.eye(len(layer[1]))[y]) / len(y)
    return np.concatenate([(slope.T @ x).ravel(), slope.sum(0)])


def flat(layer):
    return np.concatenate([np.ravel(part) for part in layer]).astype(np.float64)


def adam(gradients, fresh=()):
    """The directions of Adam (its default betas) for these gradients, and how well float32 knows them.

    `fresh` are the steps before which its memory is emptied. A step is -lr times the direction.
    """
    directions, blur = [], []
    for number, slope in enumerate(gradients):
        if number == 0 or number in fresh:
            first, second, step = np.zeros_like(slope), np.zeros_like(slope), 0
        step += 1
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        root = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        directions.append(first / (1 - 0.9**step) / root)
        blur.append(1e-6 / root)
    return np.array(directions), np.array(blur)


def stop(losses, epochs, patience, min_delta):
    """Epochs run, best epoch, and whether patience ended it, by brute force over the validation losses seen."""
    best, best_epoch, bad = np.inf, None, 0
    for epoch, value in enumerate(losses):
        if value < best - min_delta:
            best, best_epoch, bad = value, epoch, 0
        else:
            bad += 1
        if patience is not None and bad == patience:
            return epoch + 1, best_epoch, True
    return epochs, best_epoch, False


def some_layer(draw, features=4, classes=3):
    return normal(draw, classes, features), normal(draw, classes)


def some_batches(draw, sizes, features=4, classes=3):
    """Random inputs with labels that a linear model can guess, one in four of them at random."""
    truth = some_layer(draw, features, classes)
    batches = []
    for size in sizes:
        x = normal(draw, size, features)
        y = (x @ truth[0].T + truth[1]).argmax(1)
        batches.append((x, np.where(draw.random(size) < 0.25, draw.integers(0, classes, size), y)))
    return batches


def valley(draw, epochs, latest=None):
    """Validation losses that fall for less than `latest` epochs, then rise; no two lie within 0.005 of each other."""
    turn = int(draw.integers(2, latest or epochs - 4))
    falls, rises = np.linspace(1, 0.4, turn + 1), np.linspace(0.4, 1.2, epochs - turn)[1:]
    return [round(float(value + draw.uniform(0, 0.02)), 4) for value in (*falls, *rises)]


def falling(draw, start, by, epochs):
    """Validation losses that fall by the same amount in every epoch."""
    return [float(value) for value in draw.uniform(0.98, 1) * start - by * np.arange(epochs)]


def high(draw):
    """Three validation losses far above 100, the second is the lowest."""
    return [round(float(value + draw.uniform(0, 5)), 2) for value in (300, 120, 180)]


def jagged(draw, patience, min_delta):
    """25 validation losses that jump: bad epochs in a row decide, not all bad ones, and so does min_delta.

    No loss lies within 0.005 of where an improvement starts, so that rounding decides nothing.
    """
    while True:
        losses = [round(float(value), 3) for value in np.exp(-0.05 * np.arange(25) + 0.25 * draw.standard_normal(25))]
        epochs, best, _ = stop(losses, 25, patience, min_delta)
        lowest, bad, gaps = np.inf, 0, []
        for value in losses[:epochs]:
            gaps += [abs(value - lowest + min_delta), abs(value - lowest)]
            better = value < lowest - min_delta
            lowest, bad = (value, bad) if better else (lowest, bad + 1)
        matters = min_delta == 0 or (epochs, best) != stop(losses, 25, patience, 0.0)[:2]
        if bad > patience and min(gaps) > 0.005 and matters and best > 1:
            return losses
