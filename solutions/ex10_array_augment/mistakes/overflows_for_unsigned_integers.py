"""Must fail: test_brighten
Says: "OverflowError: Python integer"
Echoes: -

Adds -1 to unsigned integers, where it has no place.
"""

import numpy as np


def hflip(img):
    mirrored = img.copy()
    mirrored[:] = img[:, ::-1]
    return mirrored


def rotate90(img, k=1):
    turned = np.rot90(img, k % 4)
    out = np.empty(turned.shape, img.dtype)
    np.copyto(out, turned)
    return out


def brighten(img, delta):
    out = np.empty(img.shape, np.float64)
    np.add(img, delta, out=out)
    np.clip(out, 0, 1, out=out)
    return out


def add_noise(img, sigma=0.1, rng=None):
    if sigma < 0:
        raise ValueError("sigma")
    out = (rng or np.random).normal(0, 1, img.shape)
    out *= sigma
    out += img
    return np.clip(out, 0, 1, out=out)


def expand(images, labels):
    if images.shape[1] != images.shape[2]:
        raise ValueError("images")
    as_channels = np.moveaxis(images, 0, -1)  # (S, S, N): one "channel" per image
    new = [
        as_channels,
        hflip(as_channels),
        rotate90(as_channels),
        add_noise(as_channels, 0.12),
        brighten(as_channels, -0.1),
    ]
    both = np.concatenate([np.moveaxis(a, -1, 0).astype(np.float64) for a in new])
    return np.ascontiguousarray(both), np.concatenate((labels,) * 5)
