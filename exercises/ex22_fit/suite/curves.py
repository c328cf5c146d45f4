"""What the examiner computes about trainings of a linear model: gradients, losses, and when training has to stop."""

import numpy as np


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


def gradient(layer, batch, scale=1):
    """The gradient of the mean cross entropy of one batch by weight and bias."""
    x, y = batch
    slope = scale * (probabilities(scale * affine(layer, x)) - np.eye(len(layer[1]))[y]) / len(y)
    return [slope.T @ x, slope.sum(0)]


def adam(layer, batches, lr):
    """Weight and bias after each of the steps of Adam (its default betas), one per batch, by hand."""
    layer, after = [part.astype(np.float64) for part in layer], []
    first, second = ([np.zeros_like(part) for part in layer] for _ in range(2))
    for step, batch in enumerate(batches, 1):
        for i, slope in enumerate(gradient(layer, batch)):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.999 * second[i] + 0.001 * slope**2
        layer = [
            part - lr * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
            for part, m, v in zip(layer, first, second, strict=True)
        ]
        after.append(layer)
    return after


def stop(losses, epochs, patience, min_delta):
    """Epochs run, best epoch, and whether patience ended it, by brute force over the validation losses seen."""
    best, best_epoch, bad = np.inf, 0, 0
    for epoch, value in enumerate(losses):
        if value < best - min_delta:
            best, best_epoch, bad = value, epoch, 0
        else:
            bad += 1
        if patience is not None and bad == patience:
            return epoch + 1, best_epoch, True
    return epochs, best_epoch, False
