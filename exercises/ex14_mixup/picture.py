"""ex14's picture: blends of a zero and a four with their labels, and how even the blends are for three alphas."""

import math

import numpy as np
import torch

# Two of the digits of `grader.suite.digits`, one character per pixel: 0 to 9, then a to g for 10 to 16.
ZERO = "003b6000 00aeg200 03f1bb00 04c02g20 07c00c80 04e01f80 02feff10 005de500"
FOUR = "000c7000 006f1100 01e8a800 06f0dc60 0efcgg90 0agfg810 000ag100 000c9000"
ALPHAS = (0.2, 1.0, 100.0)
TOPS = (15, 4, 28)  # room for max(w, 1 - w) too, whose density is twice as high
COLORS = {"yours": "tab:blue", "reference": "silver"}


def pixels(text):
    """(1, 1, 8, 8) numbers in [0, 1]."""
    return torch.tensor([[[[int(mark, 17) / 16 for mark in row] for row in text.split()]]])


def scene(module):
    images, labels = torch.cat([pixels(ZERO), pixels(FOUR)]), torch.eye(2)
    blends = [module.mixup(images.clone(), labels.clone(), 1.0) for _ in range(60)]
    dots, eye = torch.eye(8)[:, :, None, None], torch.eye(8)
    weights = [[module.mixup(dots.clone(), eye.clone(), alpha)[1][0, 0] for _ in range(300)] for alpha in ALPHAS]
    return {
        "sources": images[:, 0],
        "mixed": torch.stack([mixed[0, 0] for mixed, _ in blends]),
        "labels": torch.stack([soft[0] for _, soft in blends]),
        "weights": weights,
    }


def claim(reference):
    """Images and labels blend alike; weights lie near 0 and 1 at alpha 0.2, everywhere at 1, about one half at 100."""
    (zero, four), share = reference["sources"], reference["labels"][:, 0, None, None]
    assert np.abs(reference["mixed"] - share * zero - (1 - share) * four).max() < 1e-3, "labels and pixels disagree"
    owns = [np.array([w for w in weights if w < 1]) for weights in reference["weights"]]
    assert min(len(own) for own in owns) > 200, "hardly anything was blended"
    low, even, high = (np.abs(own - 0.5) for own in owns)
    assert (low > 0.4).mean() > 0.5, "alpha 0.2: weights are not mostly near 0 and 1"
    assert 0.07 < (even > 0.4).mean() < 0.37, "alpha 1: weights are not spread evenly"
    assert high.max() < 0.25, "alpha 100: weights are not about one half"
    assert all(abs(own.mean() - 0.5) < 0.15 for own in owns), "weights favor one image"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    grid = figure.add_gridspec(5, 7, height_ratios=(3, 1, 3, 1, 4))
    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    for row, (name, data) in enumerate(seen):
        draw_blends(figure, grid, 2 * row, name, data)
    for column, alpha in enumerate(ALPHAS):
        axes = figure.add_subplot(grid[4, (0, 2, 5)[column] : (2, 5, 7)[column]])
        axes.set_title(f"alpha = {alpha:g}: weight of the own image", fontsize=9)
        # Side by side: bars in front of each other would blend into a third color.
        owns = [(name, [w for w in data["weights"][column] if w < 1]) for name, data in seen]
        if owns:
            axes.hist(
                [own for _, own in owns], bins=np.linspace(0, 1, 21), density=True, rwidth=0.85,
                color=[COLORS[name] for name, _ in owns], label=[f"{name}, {len(own)} blends" for name, own in owns],
            )  # fmt: skip
        axes.set_ylim(0, TOPS[column])
        w = np.linspace(0.005, 0.995, 199)
        scale = math.lgamma(2 * alpha) - 2 * math.lgamma(alpha)
        axes.plot(w, np.exp(scale + (alpha - 1) * np.log(w * (1 - w))), color="black", label="Beta density")
        axes.legend(fontsize=7)
    return figure


def draw_blends(figure, grid, row, name, data):
    """The two sources and five blends, from mostly zero to mostly four, each above its label."""
    order = np.argsort(-data["labels"][:, 0])
    order = order[data["labels"][order, 0] < 1]
    picks = order[np.linspace(0, len(order) - 1, 5).astype(int)] if len(order) else []
    shown = [("a zero", data["sources"][0], (1, 0)), ("a four", data["sources"][1], (0, 1))]
    shown += [("blend", data["mixed"][k], data["labels"][k]) for k in picks]
    for column, (title, image, label) in enumerate(shown):
        axes = figure.add_subplot(grid[row, column])
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        axes.set_title(f"{name}: {title}", fontsize=9)
        axes.set_axis_off()
        axes = figure.add_subplot(grid[row + 1, column])
        axes.barh(["four", "zero"], [label[1], label[0]], color=["tab:orange", "tab:blue"])
        axes.set_xlim(0, 1)
        axes.tick_params(labelsize=7)
