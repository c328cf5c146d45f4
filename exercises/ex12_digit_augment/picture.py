"""ex12's picture: how well 20 digits teach to read moved ones, with and without augmented copies, and such copies."""

import numpy as np
import torch

from grader.suite.digits import digits

COPIES = 20
# Two digits of `grader.suite.digits` for each class, one character per pixel: 0 to 9, then a to g for 10 to 16.
KNOWN = (
    "003b6000 00aeg200 03f1bb00 04c02g20 07c00c80 04e01f80 02feff10 005de500",
    "006gc100 03g59d00 05c00c60 08e20780 07c20480 04c00970 03g57e20 007gd300",
    "0000e700 000dg900 00agg700 07g8g200 0156g600 0004g600 0002g600 0000cb00",
    "000agb10 000fgf20 001dge00 001fgc00 000eg800 000dg500 001eg100 0008f100",
    "006da300 05fbgb00 0260gc00 0000gc00 0007g600 005fa000 00bg8400 008edc40",
    "007de100 07f9d700 05f38800 0010c500 0001e000 000a6000 002f5440 006ggdg6",
    "01dggc10 0cf6cg30 0daag900 005gf400 0002ae10 00001g70 00315g90 01eggb10",
    "008g8000 00g6f100 04a0c200 0007g300 0005dg30 00000b60 00c99g20 008gf700",
    "000c7000 006f1100 01e8a800 06f0dc60 0efcgg90 0agfg810 000ag100 000c9000",
    "0001d700 000ae100 003g5000 00db0380 06f20e70 08gcdg40 03bbfc00 0000g900",
    "006eedb0 00ec5420 03gg4000 02bbg300 00007a00 00001b00 0037c800 007eb100",
    "01cgggc0 09gd6850 08gf3000 004eb000 000cc000 000cd000 003fb000 00cd2000",
    "000bga00 009ga700 03g80000 09gd4000 0ag8g700 04g37g20 00dd8g50 001bgg10",
    "0009e400 006gc400 01gb0000 02g73000 04gega00 03gfag60 00cg7d90 001bgg90",
    "006gggga 006a8eg3 00004g80 002aef60 006ggg70 000f9000 006g6000 00ad1000",
    "003fgg50 00acag60 02f23g10 0023ad20 003ggga0 000cd710 001g6000 005e2000",
    "005cd400 03ga2590 00febf30 007gf100 003gg400 008edc00 00ccdb00 007gb200",
    "006fd300 00defc00 00ebdf50 009gf800 02ggg200 08g2ea00 05g9eb00 008ed200",
    "007gg800 00ecbe00 00bfgc00 005ff400 0003ce00 01a07f00 01e6dc00 007ggb00",
    "001cge20 00db3g50 04e00f60 06c8dg50 009c4a80 00300b50 00ge5f40 003cgb10",
)
SHOWN = (4, 13)  # a 2 and a 6


def pixels(texts):
    """(N, 1, 8, 8) numbers in [0, 1]."""
    return [[[[int(mark, 17) / 16 for mark in row] for row in text.split()]] for text in texts]


def scene(module):
    """Augmented copies of the known digits, (20, COPIES, 8, 8)."""
    images = torch.tensor(pixels(KNOWN))
    return torch.stack([module.digit_augment(images.clone(), 1, 10.0)[:, 0] for _ in range(COPIES)], dim=1)


def moved_digits():
    """The 1197 test digits, each moved by up to one pixel both ways, and their labels."""
    data, rng = digits(), np.random.default_rng(0)
    padded = np.pad(data.x_test, ((0, 0), (1, 1), (1, 1)))
    places = rng.integers(0, 3, (len(padded), 2))
    return np.stack([image[y : y + 8, x : x + 8] for image, (y, x) in zip(padded, places, strict=True)]), data.y_test


def read(images, copies=None):
    """The labels of the nearest known digits, or of the nearest among these and their copies (20, n, 8, 8)."""
    known = np.array(pixels(KNOWN), dtype=np.float64)
    if copies is not None:
        known = np.concatenate([known, copies], axis=1)
    a, b = images.reshape(len(images), 64), known.reshape(-1, 64)
    return ((b**2).sum(1) - 2 * a @ b.T).argmin(1) // known.shape[1] // 2


def claim(reference):
    """Twenty digits teach to read a third of the moved ones, with augmented copies three quarters."""
    images, labels = moved_digits()
    alone, taught = ((read(images, copies) == labels).mean() for copies in (None, reference))
    assert 0.32 < alone < 0.36, f"{alone:.0%} are read right without copies"
    assert taught > 0.74, f"{taught:.0%} are read right with copies"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.8), layout="constrained")
    seen = [
        (name, copies) for name, copies in (("your", submission), ("the reference's", reference)) if copies is not None
    ]
    left, right = figure.subfigures(1, 2)
    axes = left.subplots()
    images, labels = moved_digits()
    answers = {"20 digits as they are": read(images)}
    answers |= {f"with {name} {COPIES} copies of each": read(images, copies) for name, copies in seen}
    width = 0.8 / len(answers)
    for place, (name, answer) in enumerate(answers.items()):
        shares = [(answer == labels)[labels == digit].mean() for digit in range(10)]
        at = np.arange(10) + (place - (len(answers) - 1) / 2) * width
        axes.bar(at, shares, width, label=f"{name}: {(answer == labels).mean():.0%} read right")
    axes.set_xticks(range(10))
    axes.set_ylim(0, 1)
    axes.set_xlabel("digit")
    axes.set_ylabel("share read right")
    axes.set_title("1197 digits moved by up to a pixel, nearest neighbor", fontsize=10)
    left.legend(loc="outside lower center", fontsize=8)
    grid = right.subplots(2 * max(len(seen), 1), 6, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for block, (name, copies) in enumerate(seen):
        for row, known in zip(grid[2 * block : 2 * block + 2], SHOWN, strict=True):
            row[0].imshow(np.array(pixels(KNOWN[known : known + 1]))[0, 0], cmap="gray", vmin=0, vmax=1)
            row[0].set_title("original", fontsize=8)
            for axes, copy in zip(row[1:], copies[known], strict=False):
                axes.imshow(copy, cmap="gray", vmin=0, vmax=1)
            row[1].set_title(f"{name} copies", fontsize=8, loc="left")
    return figure
