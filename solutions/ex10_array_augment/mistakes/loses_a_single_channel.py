"""Must fail: test_hflip_color
Says: "saw shape (4, 6), dtype"
Echoes: -

Axes of length 1 are squeezed away.
"""

import numpy as np


def hflip(img: np.ndarray) -> np.ndarray:
    return np.squeeze(img[:, ::-1]).copy()


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    return np.rot90(img, k).copy()  # in the axes 0 and 1, so a channel axis stays last


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    return np.clip(img + float(delta), 0, 1)  # an int would leave integers integers


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    if rng is None:
        rng = np.random.default_rng()  # without a seed: new noise in every call
    noise = rng.normal(0, sigma, img.shape)  # raises ValueError by itself for a negative sigma
    return np.clip(img + noise, 0, 1)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    copies = [
        images,
        np.stack([hflip(img) for img in images]),
        np.stack([rotate90(img) for img in images]),
        add_noise(images),
        brighten(images, 0.3),
    ]
    # Turned images that are not square have another shape than the rest: then concatenate raises ValueError.
    return np.concatenate(copies), np.tile(labels, 5)  # block after block, in the order of the images
