"""One generator for the whole module, results shuffled together with their labels, arrays filled in place."""

import numpy as np

GENERATOR = np.random.default_rng()


def hflip(img: np.ndarray) -> np.ndarray:
    out = np.empty_like(img)
    out[:, ::-1] = img
    return out


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    return np.require(np.rot90(img, k=k, axes=(0, 1)), requirements="C")


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    out = img.astype(np.float32) + np.float32(delta)
    out[out > 1] = 1
    out[out < 0] = 0
    return out


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    noise = (rng or GENERATOR).normal(loc=0.0, scale=sigma, size=img.shape)
    return brighten(img + noise, 0.0)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n, s, t = images.shape
    if s != t:
        raise ValueError(f"{s} rows but {t} columns")
    out = np.empty((5, n, s, s), dtype=np.float32)
    out[0], out[1], out[2] = images, images[:, :, ::-1], np.rot90(images, axes=(1, 2))
    out[3], out[4] = add_noise(images), brighten(images, 0.15)
    order = GENERATOR.permutation(5 * n)
    return out.reshape(-1, s, s)[order], labels[order % n]
