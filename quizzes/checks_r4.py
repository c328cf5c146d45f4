"""Recomputes the keys of r4-pipelines.yaml."""

from itertools import product

import torch
from checks import Ids, holds, only_order, same
from torch import nn


def ag_normalize_red() -> float:
    return (0.5 - 0.485) / 0.229


def ag_resize_crop(key: str = "256×512, then 224×224") -> None:
    factor = 256 / min(512, 1024)
    assert f"{512 * factor:.0f}×{1024 * factor:.0f}, then 224×224" == key


def ag_never_flipped(key: str = "About 0.1 %") -> None:
    assert f"About {100 * 0.5**10:.1f} %" == key


def ag_jitter_range(key: str = "[0.8, 1.2]") -> None:
    assert str([max(0.0, 1 - 0.2), 1 + 0.2]) == key


def pl_input_size(key: Ids = ("back", "padded")) -> None:
    sides = {"back": 28, "padded": 28 + 2 * 2 - 4, "alone": 24, "bigger": 32}
    holds({name: side * side == 784 for name, side in sides.items()}, key)


def aa_sub_policies(o: int, s: int, c: int) -> int:
    settings = sum(1 for _ in product(range(o), range(s), range(c)))
    return settings * settings


def ra_rotated_once(k: int, n: int) -> float:
    drawn = list(product(range(k), repeat=n))
    return sum(0 in operations for operations in drawn) / len(drawn)


def ra_ripe_or_not(key: Ids = ("saturation", "solarize")) -> None:
    red = torch.tensor([200.0, 60.0, 40.0])[:, None, None].expand(3, 4, 4)
    images = {
        "saturation": red.mean(0, keepdim=True).expand(3, 4, 4),
        "solarize": torch.where(red >= 0, 255 - red, red),
        "rotate": red.rot90(dims=(1, 2)),
        "shift": red.roll(1, 2),
        "sharpen": red + 0.5 * (red - nn.functional.avg_pool2d(red, 3, 1, 1, count_include_pad=False)),
    }
    holds({name: not (image[0] > 1.2 * image[1]).all() for name, image in images.items()}, key)


def pl_undo_normalize(text: str) -> None:
    picture, mean, std = torch.rand(3, 4, 4), torch.tensor([0.5, 0.4, 0.3]), torch.tensor([0.2, 0.3, 0.25])
    mean, std = mean[:, None, None], std[:, None, None]
    assert same(eval(text, {"x": (picture - mean) / std, "mean": mean, "std": std}), picture)


def pl_erase_last() -> Ids:
    photo = (torch.arange(48) * 5).to(torch.uint8).reshape(3, 4, 4)
    lines = {
        "tensor": "x = to_tensor(photo)",
        "scale": "x = x.float() / 255",
        "normalize": "x = (x - mean) / std",
        "erase": "x[:, 1:3, 1:3] = 0",
    }
    given = {"photo": photo, "to_tensor": torch.clone, "mean": 0.4, "std": 0.2}
    right = (photo.float() / 255 - 0.4) / 0.2
    right[:, 1:3, 1:3] = 0
    return only_order(lines, given, "x", right)
