"""Must fail: test_own_draws
Says: "stayed in place, and none of these was turned"
Echoes: -

Turns an image only if it was moved.
"""

import math

import torch
from torch import nn
from torch.nn.functional import affine_grid, grid_sample


def digit_augment(images, shift=1, degrees=10.0):
    if min(shift, degrees) < 0:
        raise ValueError("shift and degrees: 0 or more")
    if shift == 0 and degrees == 0:
        return images
    n, c, h, w = images.shape
    pad = nn.ZeroPad2d(shift)(images)
    moved = torch.empty_like(images)
    for k in range(n):
        left, top = torch.randint(0, 2 * shift + 1, (2,)).tolist()
        moved[k] = pad[k, :, top : top + h, left : left + w]
    if degrees == 0:
        return moved
    turn = torch.zeros((n, 2, 3), dtype=images.dtype)
    for k in range(n):
        rad = (
            0.0
            if torch.equal(moved[k], images[k]) and shift
            else math.radians((2 * torch.rand(()).item() - 1) * degrees)
        )
        turn[k, :, :2] = torch.tensor([[math.cos(rad), -math.sin(rad)], [math.sin(rad), math.cos(rad)]])
    grid = affine_grid(turn, [n, c, h, w], align_corners=False)
    return grid_sample(moved, grid, mode="bicubic", padding_mode="zeros", align_corners=False)


def random_crop_same_size(images, crop):
    n, c, h, w = images.shape
    if crop < 1 or crop > min(h, w):
        raise ValueError("crop")
    places = [(r, q) for r in range(h - crop + 1) for q in range(w - crop + 1)]
    r, q = places[torch.randint(len(places), (1,)).item()]
    up = nn.Upsample(size=(h, w), mode="nearest")
    return up(images[..., r : r + crop, q : q + crop]).clone()
