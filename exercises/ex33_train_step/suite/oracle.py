"""What the examiner computes by hand: losses, gradients and optimizer steps of a linear model, in float64."""

import numpy as np

from grader.suite import normal


def squares(scores, y):
    return ((scores - y) ** 2).mean(), 2 * (scores - y) / scores.size


def cross_entropy(scores, y):
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]).mean(), (p - np.eye(scores.shape[1])[y]) / len(y)


def lopsided(scores, y):
    gap = scores - y
    return np.where(gap > 0, 3 * gap, -gap).mean(), np.where(gap > 0, 3.0, -1.0) / gap.size


def product(scores, y):
    return -(scores * y).mean(), -y / y.size


LOSS = {"squares": squares, "cross entropy": cross_entropy, "lopsided": lopsided, "product": product}


def affine(layer, x):
    return x.astype(np.float64) @ np.asarray(layer[0], np.float64).T + layer[1]


def slope(layer, batch, loss="squares", scale=1.0):
    """Loss of one batch, and its gradient by weight and bias, of the scores `scale * (x @ weight.T + bias)`."""
    x, y = batch
    value, by_score = LOSS[loss](scale * affine(layer, x), y)
    return value, [scale * by_score.T @ x, scale * by_score.sum(0)]


def standardized(layer, batch):
    """The squared error of scores that are standardized over the batch."""
    scores = affine(layer, batch[0])
    return squares((scores - scores.mean(0)) / np.sqrt(scores.var(0) + 1e-5), batch[1])[0]


class Sgd:
    def __init__(self, lr, momentum=0.0, weight_decay=0.0):
        self.lr, self.momentum, self.decay, self.speed = lr, momentum, weight_decay, [0.0, 0.0]

    def step(self, layer, grads):
        grads = [g + self.decay * p for p, g in zip(layer, grads, strict=True)]
        self.speed = [self.momentum * s + g for s, g in zip(self.speed, grads, strict=True)]
        return [p - self.lr * s for p, s in zip(layer, self.speed, strict=True)]


class Adam:
    def __init__(self, lr):
        self.lr, self.first, self.second, self.steps = lr, [0.0, 0.0], [0.0, 0.0], 0

    def step(self, layer, grads):
        self.steps += 1
        self.first = [0.9 * m + 0.1 * g for m, g in zip(self.first, grads, strict=True)]
        self.second = [0.999 * v + 0.001 * g**2 for v, g in zip(self.second, grads, strict=True)]
        first = [m / (1 - 0.9**self.steps) for m in self.first]
        root = [np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8 for v in self.second]
        return [p - self.lr * m / r for p, m, r in zip(layer, first, root, strict=True)]


RULE = {"SGD": Sgd, "Adam": Adam}


def trained(layer, batches, rule, loss="squares", scale=1.0, held=(True, True)):
    """The loss before each step, and the layer after each."""
    optimizer = RULE[rule[0]](**rule[1])
    layer, losses, path = [part.astype(np.float64) for part in layer], [], []
    for batch in batches:
        value, grads = slope(layer, batch, loss, scale)
        new = optimizer.step(layer, grads)
        layer = [after if moves else before for before, after, moves in zip(layer, new, held, strict=True)]
        losses.append(value)
        path.append(layer)
    return losses, path


def some_layer(draw, features=3, outputs=2):
    return normal(draw, outputs, features), normal(draw, outputs)


def tiny(draw, sizes):
    """A layer and batches whose losses are about a millionth."""
    layer, batches = some_layer(draw), some_batches(draw, sizes)
    small = np.float32(1e-3)
    return tuple(small * part for part in layer), [(x, small * y) for x, y in batches]


def some_batches(draw, sizes, features=3, outputs=2):
    return [(normal(draw, size, features), normal(draw, size, outputs)) for size in sizes]


def labeled(draw, sizes, features=3, classes=4):
    return [(normal(draw, size, features), draw.integers(0, classes, size)) for size in sizes]


def sgd(draw):
    """Plain SGD with a rate drawn anew."""
    return ("SGD", {"lr": round(float(draw.uniform(0.1, 0.3)), 3)})


def gap(seen, expected):
    """The largest difference of two layers; infinite if they cannot be compared."""
    try:
        parts = [np.asarray(s, np.float64) - e for s, e in zip(seen, expected, strict=True)]
        return max(float(np.abs(part).max()) for part in parts)
    except (TypeError, ValueError):
        return np.inf


def told(seen, cases):
    """The words of the first case whose layer is the one that was seen, in brackets; nothing if none is."""
    for words, layer in cases.items():
        if gap(seen, layer) < 1e-4:
            return f" ({words})"
    return ""


def cosine(after, before, grads):
    """How well a move of a layer goes along minus these gradients: 1 if exactly; 0 if nothing moved."""
    move, down = (np.concatenate([np.ravel(part) for part in parts]) for parts in (
        [np.asarray(a, np.float64) - b for a, b in zip(after, before, strict=True)], [-g for g in grads]
    ))  # fmt: skip
    length = np.linalg.norm(move) * np.linalg.norm(down)
    return float(move @ down / length) if length > 0 else 0.0
