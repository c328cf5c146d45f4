"""Must fail: test_angle_is_limited
Says: "lie at the very ends of the range"
Echoes: test_own_draws

Turns by the full angle always, to one side or the other.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def digit_augment(images: Tensor, shift: int = 1, degrees: float = 10.0) -> Tensor:
    if shift < 0 or degrees < 0:
        raise ValueError(f"shift and degrees must not be negative, got {shift} and {degrees}")
    n, _, height, width = images.shape

    # One rotation matrix per image; affine_grid's origin is the center of the image.
    angle = torch.deg2rad(degrees * (2 * torch.randint(2, (n,)) - 1.0))  # (N,)
    cos, sin, zero = torch.cos(angle), torch.sin(angle), torch.zeros(n)
    rows = [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)]
    grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)  # (N, H, W, 2)
    turned = F.grid_sample(images, grid.to(images), align_corners=False)  # zeros from outside

    # A shift is a window of the old size in a padded image; the window in the middle means no shift.
    padded = F.pad(turned, (shift,) * 4)  # (N, 1, H + 2 shift, W + 2 shift)
    places = torch.randint(2 * shift + 1, (n, 2)).tolist()
    return torch.stack([padded[i, :, y : y + height, x : x + width] for i, (y, x) in enumerate(places)])


def random_crop_same_size(images: Tensor, crop: int) -> Tensor:
    height, width = images.shape[2:]
    if not 1 <= crop <= min(height, width):
        raise ValueError(f"crop must be from 1 to {min(height, width)}, got {crop}")
    y = int(torch.randint(height - crop + 1, ()))
    x = int(torch.randint(width - crop + 1, ()))
    window = images[:, :, y : y + crop, x : x + crop]  # (N, 1, crop, crop)
    return F.interpolate(window, size=(height, width), mode="bilinear")  # what the MLP expects
