"""Recomputes the keys of r4-pipelines.yaml."""

from checks import Ids, holds


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
