"""Must fail: test_own_draws
Says: "dy is the same for all 120 digits of a batch"
Echoes: -

Draws dx for each image and dy for the whole batch.
"""

import torch
import torch.nn.functional as F


def _turn(images, angles):
    c, s = angles.cos(), angles.sin()
    zero = torch.zeros_like(c)
    theta = torch.stack([torch.stack([c, -s, zero], 1), torch.stack([s, c, zero], 1)], 1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def _shift(image, dx, dy):
    h, w = image.shape[-2:]
    moved = torch.zeros_like(image)
    if abs(dx) >= w or abs(dy) >= h:
        return moved
    moved[..., max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = image[
        ..., max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)
    ]
    return moved


def digit_augment(images, shift=1, degrees=10.0):
    if shift < 0:
        raise ValueError("shift < 0")
    if degrees < 0:
        raise ValueError("degrees < 0")
    n = images.shape[0]
    angles = torch.empty(n, dtype=images.dtype).uniform_(-degrees, degrees).deg2rad()
    offsets = torch.randint(-shift, shift + 1, (n, 2))
    offsets[:, 1] = offsets[0, 1] if n else 0
    turned = _turn(images, angles)
    return torch.stack([_shift(im, *o) for im, o in zip(turned, offsets.tolist())])


def random_crop_same_size(images, crop):
    h, w = images.shape[2:]
    if not 1 <= crop <= min(h, w):
        raise ValueError(f"crop={crop} does not fit into {h}x{w}")
    y = torch.randint(h - crop + 1, ()).item()
    x = torch.randint(w - crop + 1, ()).item()
    window = images[:, :, y : y + crop, x : x + crop]
    a, b = (h - crop) // 2, (w - crop) // 2
    return F.pad(window, (b, w - crop - b, a, h - crop - a))
