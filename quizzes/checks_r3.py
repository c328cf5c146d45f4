"""Recomputes the keys of r3-label-preserving.yaml."""

import math
from itertools import product

import numpy as np
import torch
from checks import Ids, holds, only_order

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


def tx_lost_not(p: float, n: int) -> float:
    fates = [math.prod(p if lost else 1 - p for lost in fate) for fate in product((True, False), repeat=n) if any(fate)]
    return math.fsum(fates)


def au_faster_tone(f: int, s: int) -> float:
    rate, speed = 8000, 1 + s / 100
    tone = np.sin(2 * np.pi * f * np.arange(rate) / rate)
    faster = np.interp(np.arange(round(rate / speed)) * speed, np.arange(rate), tone)
    return float(np.abs(np.fft.rfft(faster)).argmax() * rate / len(faster))


def au_masked_share(f: int, t: int) -> float:
    hidden = np.zeros((80, 100))
    hidden[10 : 10 + f], hidden[:, 30 : 30 + t] = 1, 1
    return float(hidden.mean())


def ag_flip_batch(text: str) -> None:
    images = torch.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    assert torch.equal(eval(f"images.flip({text})", {"images": images}), images[..., torch.arange(4, -1, -1)])


def ag_warp_order() -> Ids:
    """A shift by one column to the right; the order is given by what each line needs."""
    image = torch.arange(1.0, 7.0).reshape(2, 3)
    lines = {
        "grid": "target = coordinates(height, width)",
        "back": "source = torch.linalg.inv(A) @ target",
        "read": "values = interpolated(image, source)",
        "outside": "values[is_outside(source)] = 0",
    }
    rows, columns = (axis.reshape(-1) for axis in torch.meshgrid(torch.arange(2.0), torch.arange(3.0), indexing="ij"))
    given = {
        "A": torch.tensor([[1.0, 0, 1], [0, 1, 0], [0, 0, 1]]),
        "image": image,
        "height": 2,
        "width": 3,
        "coordinates": lambda height, width: torch.stack([columns, rows, torch.ones(height * width)]),
        "interpolated": lambda image, at: image[at[1].long().clamp(0, 1), at[0].long().clamp(0, 2)],
        "is_outside": lambda at: (at[0] < 0) | (at[0] > 2),
    }
    return only_order(lines, given, "values", torch.tensor([0.0, 1, 2, 0, 4, 5]))
