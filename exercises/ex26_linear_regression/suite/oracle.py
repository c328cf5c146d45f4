"""What the examiner computes in float64: errors, gradients, least squares, and data of a known steepness."""

import numpy as np

from grader.suite import normal


def error(X, y, w, b):
    return X.astype(np.float64) @ w + b - y


def loss(X, y, w, b):
    return float((error(X, y, w, b) ** 2).mean())


def slopes(X, y, w, b):
    e = error(X, y, w, b)
    return 2 / len(y) * X.T.astype(np.float64) @ e, 2 * e.mean()


def least_squares(X, y):
    design = np.column_stack([X.astype(np.float64), np.ones(len(y))])
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    return solution[:-1], solution[-1]


def steepest(X):
    """The largest curvature of the mean squared error."""
    design = np.column_stack([X.astype(np.float64), np.ones(len(X))])
    return float(np.linalg.eigvalsh(2 / len(X) * design.T @ design)[-1])


def some_data(draw, n=12, d=3, noise=1.0):
    X, w = normal(draw, n, d), normal(draw, d)
    return X, (X @ w + draw.normal() + noise * draw.standard_normal(n)).astype(np.float32)


def even_data(draw, curvature, n=20, d=2):
    """Data without noise whose error has this curvature along every w, and 2 along b."""
    X = np.linalg.qr(np.column_stack([np.ones(n), draw.standard_normal((n, d))]))[0][:, 1:]
    X = X * np.sqrt(curvature * n / 2)
    w = draw.choice([-1, 1], d) * draw.uniform(0.5, 1.5, d)
    return X.astype(np.float64), X @ w + draw.normal(), w


def cosine(a, b):
    """How well two gradients agree in direction: 1 if fully; 0 if one of them is zero or beyond all bounds."""
    a, b = (np.concatenate([np.ravel(part) for part in parts]).astype(np.float64) for parts in (a, b))
    with np.errstate(all="ignore"):
        length = np.linalg.norm(a) * np.linalg.norm(b)
        return float(a @ b / length) if 0 < length < np.inf else 0.0
