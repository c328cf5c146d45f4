"""Transposes instead of rot90, the old global generator in float32, and the five copies of an image side by side."""

import numpy as np


def hflip(img: np.ndarray) -> np.ndarray:
    return np.take(img, range(img.shape[1] - 1, -1, -1), axis=1)


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    out = np.array(img)
    for _ in range(k % 4):
        out = np.ascontiguousarray(out.swapaxes(0, 1)[::-1])
    return out


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    return np.minimum(1.0, np.maximum(0.0, np.asarray(img, dtype=np.float64) + delta))


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    if sigma < 0:
        raise ValueError("negative sigma")
    noise = np.random.randn(*img.shape) * sigma
    return np.asarray((img + noise).clip(0.0, 1.0), dtype=np.float32)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.shape[1] != images.shape[2]:
        raise ValueError("square images only")
    rows = []
    for img, label in zip(images, labels, strict=True):
        for copy in (brighten(img, -0.2), add_noise(img, 0.05), hflip(img), img, rotate90(img, 3)):
            rows.append((copy, label))
    return np.array([copy for copy, _ in rows]), np.array([label for _, label in rows])
