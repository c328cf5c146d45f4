"""Must fail: test_only_turned
Says: "so that the center lies between pixels: it was moved by"
Echoes: -

Turns about pixel W // 2: right where W is odd.
"""

import math

import torch
import torch.nn.functional as F


def _to_unit(p, size):
    """Pixel position -> [-1, 1] with align_corners=False."""
    return (2 * p + 1) / size - 1


def digit_augment(images, shift=1, degrees=10.0):
    if not shift >= 0:
        raise ValueError("shift")
    if not degrees >= 0:
        raise ValueError("degrees")
    n, _, h, w = images.shape
    kw = dict(dtype=torch.float64)
    phi = (2 * torch.rand(n, 1, 1, **kw) - 1) * (math.pi * degrees / 180)
    move = torch.randint(-shift, shift + 1, (2, n, 1, 1)).double()
    center = w // 2
    y, x = torch.meshgrid(torch.arange(h, **kw) - center, torch.arange(w, **kw) - center, indexing="ij")
    z = torch.complex(x - move[0], y - move[1]) * torch.polar(torch.ones_like(phi), -phi)
    grid = torch.stack([_to_unit(z.real + center, w), _to_unit(z.imag + center, h)], dim=-1)
    out = F.grid_sample(images.double(), grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return out.to(images.dtype)


def random_crop_same_size(images, crop):
    n, _, h, w = images.shape
    if crop < 1 or crop > min(h, w):
        raise ValueError("crop")
    out = torch.zeros_like(images)
    for i in range(n):
        t = int(torch.randint(h - crop + 1, (1,)))
        left = int(torch.randint(w - crop + 1, (1,)))
        part = images[i : i + 1, :, t : t + crop, left : left + crop]
        gy = torch.linspace(-1, 1, h, dtype=images.dtype)
        gx = torch.linspace(-1, 1, w, dtype=images.dtype)
        grid = torch.stack(torch.meshgrid(gy, gx, indexing="ij")[::-1], dim=-1)[None]
        out[i : i + 1] = F.grid_sample(part, grid, mode="bilinear", padding_mode="border", align_corners=True)
    return out
