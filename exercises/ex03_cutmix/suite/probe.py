"""Probe batches in which every pixel is a different number, so that a mixed image tells where each pixel came from."""

import numpy as np

PRIME = 65537


def coded(draw, n, c, h, w, dtype="float32"):
    """Images (n,c,h,w) of fewer than 65537 pixels: whole numbers from 1 up, none of them twice, in random order."""
    start, step = draw.integers(0, PRIME), draw.integers(1000, PRIME - 1000)
    code = (start + np.arange(n * c * h * w) * step) % PRIME + 1
    return code.reshape(n, c, h, w).astype(dtype)


def origins(mixed, images):
    """For pixels (...,N,C,H,W) of mixed images: from which (image, channel, row, column) of `images` each was taken."""
    place = np.full(PRIME + 1, -1)
    place[images.astype(int).ravel()] = np.arange(images.size)
    known = (mixed >= 0) & (mixed <= PRIME) & (mixed == np.floor(mixed))
    index = np.where(known, place[np.where(known, mixed, 0).astype(int)], -1)
    assert (index >= 0).all(), (
        f"{(index < 0).mean():.0%} of the pixels have values that exist in no source image, such as"
        f" {mixed[index < 0][0]:g}: CutMix copies pixels; blending them is mixup, erasing them is cutout"
    )
    return np.unravel_index(index, images.shape)


def boxes(pasted):
    """(first row, last row, first column, last column) of each mask (...,H,W) in which anything was pasted."""
    height, width = pasted.shape[-2:]
    rows, columns = pasted.any(-1).reshape(-1, height), pasted.any(-2).reshape(-1, width)
    rows, columns = rows[rows.any(1)], columns[columns.any(1)]
    last_row, last_column = height - 1 - rows[:, ::-1].argmax(1), width - 1 - columns[:, ::-1].argmax(1)
    return np.stack([rows.argmax(1), last_row, columns.argmax(1), last_column], axis=1)
