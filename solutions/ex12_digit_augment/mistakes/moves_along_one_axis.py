"""Must fail: test_own_draws
Says: "dx and dy are drawn independently of each other"
Echoes: -

Moves either along x or along y.
"""

import torch
import torch.nn.functional as F


def _roll(image, dx, dy):
    _, h, w = image.shape
    image = torch.roll(image, shifts=(dy, dx), dims=(-2, -1))
    rows = torch.arange(h)
    cols = torch.arange(w)
    keep_r = (rows >= dy) & (rows < h + dy)
    keep_c = (cols >= dx) & (cols < w + dx)
    return image * (keep_r[:, None] & keep_c[None, :])


def digit_augment(images, shift=1, degrees=10.0):
    if shift < 0 or degrees < 0:
        raise ValueError("must be >= 0")
    result = images.clone()
    choices = range(-shift, shift + 1)
    for i in range(len(images)):
        one = images[i : i + 1]
        if degrees > 0:
            t = torch.deg2rad((torch.rand((), dtype=images.dtype) - 0.5) * 2 * degrees)
            theta = torch.stack([torch.cos(t), torch.sin(t), 0 * t, -torch.sin(t), torch.cos(t), 0 * t]).view(1, 2, 3)
            one = F.grid_sample(one, F.affine_grid(theta, one.shape, align_corners=False), align_corners=False)
        dx = choices[torch.randint(len(choices), (1,))]
        dy = choices[torch.randint(len(choices), (1,))]
        if dx:
            dy = 0
        result[i] = _roll(one[0], dx, dy)
    return result


def random_crop_same_size(images, crop):
    n, _, h, w = images.shape
    if crop < 1 or crop > min(h, w):
        raise ValueError("window does not fit")
    top = torch.randint(h - crop + 1, (n, 1, 1, 1))
    left = torch.randint(w - crop + 1, (n, 1, 1, 1))
    r = torch.arange(h).view(1, 1, h, 1)
    c = torch.arange(w).view(1, 1, 1, w)
    mask = (r >= top) & (r < top + crop) & (c >= left) & (c < left + crop)
    return images.masked_fill(~mask, 0)
