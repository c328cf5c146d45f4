"""ex12's picture: who reads mirrored digits, class by class, and what your augmentation makes of a 2 and a 6."""

import numpy as np
import torch

from grader.digits import digits

# Two of the digits of `grader.digits`, one character per pixel: 0 to 9, then a to g for 10 to 16.
TWO = "009g5000 06ggf000 07geg200 036cg000 000fc000 007g6130 009gdf80 007gg810"
SIX = "000bga00 009ga700 03g80000 09gd4000 0ag8g700 04g37g20 00dd8g50 001bgg10"


def pixels(text):
    """(8, 8) numbers in [0, 1]."""
    return torch.tensor([[int(mark, 17) / 16 for mark in row] for row in text.split()])


def scene(module):
    """Per digit the original and five augmented copies, (2, 6, 8, 8)."""
    rows = []
    for text in (TWO, SIX):
        original = pixels(text).expand(5, 1, 8, 8)
        rows.append(torch.cat([original[:1], module.digit_augment(original.clone(), 1, 10.0)])[:, 0])
    return {"rows": torch.stack(rows)}


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.5), layout="constrained")
    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    grid = figure.add_gridspec(2 * max(len(seen), 1), 12)
    axes = figure.add_subplot(grid[:, :6])
    data = digits()
    for shift, (name, images) in enumerate((("as they are", data.x_test), ("mirrored", data.x_test[:, :, ::-1]))):
        right = nearest(images, data) == data.y_test
        shares = [right[data.y_test == digit].mean() for digit in range(10)]
        axes.bar(np.arange(10) + 0.4 * shift - 0.2, shares, 0.4, label=f"{name}: {right.mean():.0%} read right")
    axes.set_xticks(range(10))
    axes.set_xlabel("digit")
    axes.set_title("nearest neighbor among 200 digits, 1197 test digits", fontsize=9)
    axes.legend(fontsize=8)
    for block, (name, data) in enumerate(seen):
        for i, row in enumerate(data["rows"]):
            for k, image in enumerate(row):
                axes = figure.add_subplot(grid[2 * block + i, 6 + k])
                axes.imshow(image, cmap="gray", vmin=0, vmax=1)
                axes.set_title(f"{name}:\noriginal" if k == 0 else "", fontsize=8)
                axes.set_axis_off()
    return figure


def nearest(images, data):
    """Label of the nearest training digit for each image."""
    a, b = images.reshape(len(images), 64), data.x_train.reshape(200, 64)
    return data.y_train[((b**2).sum(1) - 2 * a @ b.T).argmin(1)]
