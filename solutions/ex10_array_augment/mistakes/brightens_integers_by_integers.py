"""Must fail: test_brighten
Says: "F as integers, the integer 1, 1): expected floats, saw dtype int"
Echoes: -

Adds an integer delta to integers: they stay integers.
"""

import numpy as np


def hflip(img: np.ndarray) -> np.ndarray:
    return np.fliplr(img).copy()


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    return np.rot90(img, k).copy()


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    return np.clip(img + delta, 0, 1)


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    if sigma < 0:
        raise ValueError("sigma must not be negative")
    if rng is None:
        rng = np.random.default_rng()
    noise = rng.normal(0.0, sigma, size=img.shape)
    return np.clip(img + noise, 0.0, 1.0)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.shape[1] != images.shape[2]:
        raise ValueError("images must be square")
    images = images.astype(float)
    parts = [
        images,
        images[:, :, ::-1],
        np.rot90(images, axes=(1, 2)),
        add_noise(images, 0.1),
        brighten(images, 0.2),
    ]
    return np.concatenate(parts), np.tile(labels, 5)
