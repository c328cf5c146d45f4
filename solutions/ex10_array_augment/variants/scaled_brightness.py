"""Everything in float64, results share memory where they can, and expand's brightness is a factor. Bare refusals."""

import numpy as np


def readable(a: np.ndarray) -> np.ndarray:
    """A copy of what `torch.from_numpy` would refuse."""
    return a.copy() if any(stride < 0 for stride in a.strides) else a


def hflip(img: np.ndarray) -> np.ndarray:
    return readable(img.astype(np.float64)[:, ::-1])


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    return readable(np.rot90(img, k))


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    return np.clip(np.asarray(img, dtype=np.float64) + delta, 0, 1)


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    if sigma < 0:
        raise ValueError
    noise = (rng or np.random.default_rng()).normal(0.0, 1.0, img.shape)
    return np.clip(np.asarray(img, dtype=np.float64) + sigma * noise, 0, 1)


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.shape[1:] != images.shape[:0:-1]:
        raise ValueError
    mirrored = images[:, :, ::-1]
    turned = np.swapaxes(images, 1, 2)[:, :, ::-1]
    parts = [turned, images * 0.7, images, add_noise(images, sigma=0.2), mirrored]
    return np.concatenate(parts, axis=0), np.concatenate([labels] * 5, axis=0)
