"""Must fail: test_range_and_arguments
Says: "a pixel of 1.6, outside of [0, 1]"
Echoes: test_the_f, test_color, test_expand

Adding leaves the range.
"""

import numpy as np


def hflip(img: np.ndarray) -> np.ndarray:
    return img[:, ::-1].copy()  # the slice alone is a view with negative strides


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    return np.rot90(img, k).copy()  # in the axes 0 and 1, so a channel axis stays last


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    return img + delta


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    if sigma < 0:
        raise ValueError(f"sigma must not be negative, got {sigma}")
    if rng is None:
        rng = np.random.default_rng()  # without a seed: new noise in every call
    return np.clip(img + rng.normal(0, sigma, img.shape), 0, 1)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, height, width = images.shape
    if height != width:
        raise ValueError(f"a turned image of {height}×{width} does not fit beside the others")
    copies = [
        images,
        np.stack([hflip(img) for img in images]),
        np.stack([rotate90(img) for img in images]),
        add_noise(images),
        brighten(images, 0.3),
    ]
    return np.concatenate(copies), np.tile(labels, 5)  # block after block, in the order of the images
