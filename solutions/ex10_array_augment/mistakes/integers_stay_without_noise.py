"""Must fail: test_sigma
Says: "noise of sigma 0 on integers: expected floats, saw dtype int"
Echoes: -

Without noise the image goes back as it came, integers as integers.
"""

import numpy as np


class NegativeSigma(ValueError):
    pass


def _reversal(n):
    return np.fliplr(np.eye(n))


def hflip(img):
    return np.einsum("hw...,wv->hv...", img, _reversal(img.shape[1]))


def rotate90(img, k=1):
    out = img.astype(float)
    for _ in range(k % 4):
        out = np.einsum("uw,hw...->uh...", _reversal(out.shape[1]), out)
    return out


def brighten(img, delta):
    out = np.asarray(img, dtype=float) + float(delta)
    out[out < 0] = 0
    out[out > 1] = 1
    return out


def add_noise(img, sigma=0.1, rng=None):
    if sigma < 0:
        raise NegativeSigma(sigma)
    if sigma == 0:
        return img.copy()
    rng = np.random.default_rng(rng)
    out = np.asarray(img, dtype=float) + rng.normal(scale=sigma, size=img.shape)
    out[out < 0] = 0
    out[out > 1] = 1
    return out


def expand(images, labels):
    if images.shape[1] != images.shape[2]:
        raise ValueError("S x S, please")
    original = images.astype(float)
    J = _reversal(images.shape[2])
    mirrored = original @ J
    turned = J @ original.transpose(0, 2, 1)
    noisy = add_noise(original, 0.07)
    darker = brighten(original, -0.3)
    return np.vstack([original, mirrored, turned, noisy, darker]), np.hstack([labels, labels, labels, labels, labels])
