"""Must fail: test_one_rectangle
Says: "a hole of"
Echoes: test_extreme_sizes, test_form_and_input
Sometimes: test_form_and_input

The hole reaches `size` pixels to both sides of its center.
"""

import torch
from torch import Tensor


def cutout(images: Tensor, size: int, fill: float = 0.0) -> Tensor:
    if images.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), got shape {tuple(images.shape)}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    height, width = images.shape[-2:]
    erased = images.clone()  # the data set itself must stay whole
    for image in erased:  # (C, H, W), a view: writing into it writes into `erased`
        top = int(torch.randint(height, ())) - size
        left = int(torch.randint(width, ())) - size
        # The start is cut off at 0, as a negative one would count from the other end; a slice may end behind the image.
        image[:, max(top, 0) : top + 2 * size, max(left, 0) : left + 2 * size] = fill
    return erased
