"""ex03's picture: two images, what was pasted, both mixed images, and their labels beside the pixels they show."""

import numpy as np
import torch

THREE = ["........", "..####..", ".....#..", "....#...", "...###..", ".....##.", ".#...##.", "..####.."]
SEVEN = ["........", ".######.", "......#.", ".....#..", "....##..", "....#...", "...##...", "...#...."]
NAMES = ("three", "seven")


def scene(module):
    """Twenty CutMixes of the same two images (2,1,24,24)."""
    small = torch.tensor([[[0.2 + 0.8 * (c == "#") for c in row] for row in glyph] for glyph in (THREE, SEVEN)])
    images = small.repeat_interleave(3, 1).repeat_interleave(3, 2).unsqueeze(1)
    images = images + torch.linspace(0.02, 0.1, 24) * torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)
    return images, [module.cutmix(images.clone(), torch.eye(2)) for _ in range(20)]


def pixel_shares(images, mixed):
    """[[own, pasted], [pasted, own]]: the label rows that the two mixed pictures call for."""
    first, second = (mixed != images).any(1).mean((1, 2))
    return [[1 - first, first], [second, 1 - second]]


def claim(reference):
    """Every label row is the share of pixels that each image has in the mix, and the pasted share varies."""
    images, mixes = reference
    shares = np.array([pixel_shares(images, mixed) for mixed, _ in mixes])
    labels = np.array([labels for _, labels in mixes])
    assert np.abs(labels - shares).max() < 1e-3, "labels are not the shares of the pixels"
    pasted = shares[:, 0, 1]
    assert ((pasted > 0.02) & (pasted < 0.9)).any(), "nothing was pasted into the first image, or all of the other"
    assert np.ptp(pasted) > 0.1, "the boxes hardly differ"


def draw(submission, reference):
    """One row per side: of its twenty mixes the one whose labels are most wrong, else one that pasted about a third."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(13, 2.6 * len(sides)), layout="constrained")
    rows = figure.subplots(len(sides), 6, squeeze=False)
    for (side, (images, mixes)), axes in zip(sides, rows, strict=True):
        shares = [pixel_shares(images, mixed) for mixed, _ in mixes]
        wrong = [round(float(abs(labels - share).max()), 3) for (_, labels), share in zip(mixes, shares, strict=True)]
        pick = max(range(len(mixes)), key=lambda i: (wrong[i], -abs(shares[i][0][1] - 1 / 3)))
        mixed, labels = mixes[pick]
        mask = (mixed != images).any(1)
        titles = (f"{side}: {NAMES[0]}", NAMES[1], "pasted", f"mixed {NAMES[0]}", f"mixed {NAMES[1]}")
        shown = (images[0, 0], images[1, 0], mask[0], mixed[0, 0], mixed[1, 0])
        for ax, title, picture in zip(axes[:5], titles, shown, strict=True):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=1.1)
            ax.set_title(title)
            ax.axis("off")
        bars = [f"mixed {image}:\n{name}" for image in NAMES for name in NAMES]
        axes[5].barh(bars, labels.ravel(), color="tab:blue", label="label")
        axes[5].plot(sum(shares[pick], []), range(4), "D", color="tab:orange", label="share of pixels")
        axes[5].set(xlim=(0, 1.05), title="label rows")
        axes[5].invert_yaxis()
        axes[5].legend(fontsize="x-small", loc="center right", framealpha=0.6)
    return figure
