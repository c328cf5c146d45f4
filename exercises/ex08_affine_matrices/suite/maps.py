"""The maps of ex08 in NumPy, places as plain text, and a comparison that names a slip after making sure of it."""

import numpy as np

from grader.suite import close, shaped

NEAR = 1e-4


def affine(a, b, tx, c, d, ty):
    return np.array([[a, b, tx], [c, d, ty], [0, 0, 1.0]])


def shift(tx, ty):
    return affine(1, 0, tx, 0, 1, ty)


def turn(degrees):
    cos, sin = np.round([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], 15) + 0.0
    return affine(cos, -sin, 0, sin, cos, 0)


def zoom(s):
    return affine(s, 0, 0, 0, s, 0)


def around(matrix, center):
    """The map that does about `center` what the upper left 2×2 part of `matrix` does about (0, 0)."""
    out = np.eye(3)
    out[:2, :2] = matrix[:2, :2]
    out[:2, 2] = center - out[:2, :2] @ center
    return out


def drawn(draw, low, high, digits=2):
    """A number of few digits, so that messages stay short."""
    return round(float(draw.uniform(low, high)), digits)


def somewhere(draw):
    """A center that is no whole pixel, at least 2 away from the corner and from the diagonal."""
    x = int(draw.integers(2, 6)) + drawn(draw, 0.1, 0.4)
    return round(x, 2), round(-x - drawn(draw, 2, 4), 2)


def shown(place):
    return f"({place[0]:g}, {place[1]:g})"


def moved(matrix, place):
    """Where a (3, 3) matrix sends one point, as plain text."""
    return shown(np.round((np.asarray(matrix, dtype=np.float64) @ [*place, 1.0])[:2], 3) + 0.0)


def match(seen, expected, what, slips=None, hint=""):
    """`seen` is what was expected; if it is what a slip would give instead, the message says which."""
    seen = shaped(seen, expected.shape, what)
    if np.allclose(seen, expected, rtol=NEAR, atol=NEAR):
        return
    for why, values in (slips or {}).items():
        if np.allclose(seen, values, rtol=NEAR, atol=NEAR):
            what = f"{what}: {why}"
            break
    close(seen, expected, what, rtol=NEAR, atol=NEAR, hint=hint)
