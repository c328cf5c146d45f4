"""Recomputes the keys of r3-label-preserving.yaml."""

import numpy as np
from checks import Ids, holds

TURN = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]])


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])


def ag_quarter_turn(key: str = "0 1 0 0 0") -> None:
    rows = ["00000", "01110", "01000", "01100", "00000"]
    image = np.array([[int(pixel) for pixel in row] for row in rows])
    assert " ".join(map(str, np.rot90(image, k=1)[1])) == key


def af_rotate_then_shift() -> list[float]:
    x, y, _ = shift(2, 0) @ TURN @ np.array([1, 0, 1])
    return [float(x), float(y)]


def af_mirror_matrix(key: str = "To 4: the index form is $w - 1 - x$") -> None:
    w, x = 5, 1
    assert list(np.arange(w)[::-1]).index(x) == w - 1 - x
    assert f"To {w - x}: the index form is $w - 1 - x$" == key


def af_matrix_rules(key: Ids = ("product", "center")) -> None:
    p, c, move = np.array([3, 1, 1]), np.array([2, 2, 1]), shift(2, 0)
    about_c = shift(2, 2) @ TURN @ shift(-2, -2)
    flips = {w: np.array([[-1, 0, w - 1], [0, 1, 0], [0, 0, 1]]) for w in (4, 5)}
    facts = {
        "product": (move @ TURN @ p == move @ (TURN @ p)).all(),
        "center": (about_c @ c == c).all(),
        "commute": (move @ TURN == TURN @ move).all(),
        "any-center": (TURN @ c == c).all(),
        "flip-shift": not (flips[4] @ flips[4] == np.eye(3)).all(),
    }
    assert (flips[5] @ flips[5] == np.eye(3)).all()
    holds(facts, key)
