"""Must fail: test_tensors
Says: "hflip of a color image: torch.from_numpy refuses negative strides, copy first"
Echoes: -

Copies the mirrored (H, W) image, but not (H, W, C).
"""

import numpy as np


def hflip(img):
    return img[:, ::-1].copy() if img.ndim == 2 else img[:, ::-1]


def rotate90(img, k=1):
    k = k % 4
    if k == 0:
        out = img
    elif k == 1:
        out = img.swapaxes(0, 1)[::-1]
    elif k == 2:
        out = img[::-1, ::-1]
    else:
        out = img.swapaxes(0, 1)[:, ::-1]
    return np.array(out, order="C")


def brighten(img, delta):
    return (img.astype(np.float64) + delta).clip(0, 1)


def add_noise(img, sigma=0.1, rng=None):
    if sigma < 0:
        raise ValueError(f"sigma = {sigma} < 0")
    draw = rng.standard_normal if rng is not None else np.random.default_rng().standard_normal
    return (img.astype(np.float64) + sigma * draw(img.shape)).clip(0, 1)


def expand(images, labels):
    n, rows, cols = images.shape
    if rows != cols:
        raise ValueError("S x S")
    new = []
    for image in images:
        new += [image.astype(np.float64), hflip(image), rotate90(image), add_noise(image, 0.05), brighten(image, -0.2)]
    return np.array(new, dtype=np.float64).reshape(5 * n, rows, cols), np.repeat(labels, 5)
