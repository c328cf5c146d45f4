"""Is it still the same? Transforms and mixtures under a classifier's eyes

A small network was trained on real 8×8 digits. Transform a digit and see whether it is still taken for what it is: the
label of an augmented picture must stay true. The colored scene beside it goes through the same transform: what ruins a
digit may do no harm to a landscape.

*mixup*, *cutout* and *CutMix* combine the digit with a second one; the bars show the label that each of them asks for.
"""

from functools import lru_cache

import numpy as np
import torch
from matplotlib.figure import Figure
from torch.nn.functional import affine_grid, cross_entropy, grid_sample, softmax

from grader.demo import Choice, Prediction, Shown, Slider
from grader.suite.digits import digits

EXERCISES = ("ex10", "ex12", "ex14", "ex15", "ex03")
TRANSFORMS = ("rotate", "shift", "shear", "flip left and right", "noise", "darken", "mixup", "cutout", "CutMix")
PARAMETERS = (
    Choice("transform", "transform", TRANSFORMS, "rotate"),
    Slider("strength", "strength", 0, 1, 0.3, step=0.05),
    Slider("digit", "digit", 0, 9, 6),
    Slider("partner", "second digit", 0, 9, 1),
)
PREDICTION = Prediction(
    "A 6 is turned by 180°. For which digit does the network take it?", of="taken for",
    at={"transform": "rotate", "strength": 1, "digit": 6}, options=tuple("0123456789"),
)  # fmt: skip


@lru_cache(maxsize=1)
def network():
    """A multilayer perceptron, trained on 1397 digits with some noise."""
    data, draw = digits(), torch.Generator().manual_seed(0)
    x = torch.from_numpy(np.concatenate([data.x_train, data.x_test])).flatten(1)
    y = torch.from_numpy(np.concatenate([data.y_train, data.y_test]))
    weights = [torch.randn(64, 64, generator=draw) / 8, torch.zeros(64), torch.randn(64, 10, generator=draw) / 8]
    weights = [w.requires_grad_() for w in [*weights, torch.zeros(10)]]
    model = lambda inputs: torch.relu(inputs @ weights[0] + weights[1]) @ weights[2] + weights[3]  # noqa: E731
    optimizer = torch.optim.Adam(weights, lr=0.01)
    for _ in range(15):
        for rows in torch.randperm(len(x), generator=draw).split(100):
            optimizer.zero_grad()
            noisy = x[rows] + 0.1 * torch.randn(len(rows), 64, generator=draw)
            cross_entropy(model(noisy), y[rows]).backward()
            optimizer.step()
    return model


@lru_cache(maxsize=1)
def samples():
    """One digit (8, 8) of each class, of those that the network never saw."""
    data = digits()
    return [torch.from_numpy(data.x_val[data.y_val == k][0]) for k in range(10)]


@lru_cache(maxsize=1)
def scene():
    """A sky, a sun, hills: (3, 64, 64)."""
    y, x = torch.meshgrid(torch.linspace(0, 1, 64), torch.linspace(0, 1, 64), indexing="ij")
    image = torch.stack([0.35 + 0.4 * y, 0.55 + 0.3 * y, 0.95 - 0.1 * y])
    image[:, (x - 0.75) ** 2 + (y - 0.2) ** 2 < 0.012] = torch.tensor([1.0, 0.9, 0.3]).unsqueeze(1)
    for height, color in ((0.55, (0.35, 0.5, 0.35)), (0.72, (0.2, 0.38, 0.2))):
        hill = y > height + 0.1 * torch.sin(7 * x + 20 * height)
        image[:, hill] = torch.tensor(color).unsqueeze(1)
    return image


def moved(image, matrix):
    """The picture (C, H, W), asked for at the places that a 2×3 matrix gives."""
    grid = affine_grid(torch.tensor([matrix], dtype=torch.float32), [1, *image.shape], align_corners=False)
    return grid_sample(image[None], grid, align_corners=False)[0]


def transformed(image, other, transform, s):
    """(picture, share of its own label)."""
    c, height, width = image.shape
    turn = np.pi * s
    matrix = {
        "rotate": [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0]],
        "shift": [[1, 0, -2 * s], [0, 1, 0]],
        "shear": [[1, 1.5 * s, 0], [0, 1, 0]],
        "flip left and right": [[-1, 0, 0], [0, 1, 0]],
    }.get(transform)
    if matrix is not None:
        return moved(image, matrix), 1.0
    if transform == "noise":
        return (image + s * torch.randn(image.shape, generator=torch.Generator().manual_seed(1))).clip(0, 1), 1.0
    if transform == "darken":
        return image * (1 - s), 1.0
    if transform == "mixup":
        return (1 - s) * image + s * other, 1 - s
    side = round(height * s**0.5), round(width * s**0.5)
    top, left = (height - side[0]) // 2, (width - side[1]) // 2
    out = image.clone()
    box = (slice(None), slice(top, top + side[0]), slice(left, left + side[1]))
    out[box] = 0 if transform == "cutout" else other[box]
    return out, 1.0 if transform == "cutout" else 1 - side[0] * side[1] / (height * width)


def draw(transform, strength, digit, partner):
    one, two = samples()[digit][None], samples()[partner][None]
    small, share = transformed(one, two, transform, strength)
    large, _ = transformed(scene(), scene().flip(2).roll(1, 0), transform, strength)
    model = network()
    with torch.no_grad():
        sure = softmax(model(small.reshape(1, 64)), 1)[0]
    label = torch.zeros(10)
    label[digit] += share
    label[partner] += 1 - share
    figure = Figure(figsize=(7.6, 3.2))
    axes = figure.subplots(1, 4, width_ratios=(2, 2, 2, 2.6))
    figure.subplots_adjust(left=0.02, right=0.98, top=0.9, bottom=0.1, wspace=0.2)
    axes[0].imshow(one[0], cmap="gray", vmin=0, vmax=1)
    axes[1].imshow(small[0], cmap="gray", vmin=0, vmax=1)
    axes[2].imshow(large.permute(1, 2, 0).clip(0, 1))
    for ax, title in zip(axes[:3], (f"a {digit}", transform, "a scene"), strict=True):
        ax.set_title(title, fontsize="medium")
        ax.axis("off")
    axes[3].barh(range(10), label, height=0.8, color="tab:orange", alpha=0.45, label="label")
    axes[3].barh(range(10), sure, height=0.4, color="tab:blue", label="network")
    axes[3].set(yticks=range(10), xlim=(0, 1), xticks=(0, 0.5, 1), ylim=(9.6, -0.6))
    axes[3].legend(fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    taken = int(sure.argmax())
    kept = f"yes, {sure[digit]:.0%} sure" if taken == digit else f"no, {sure[digit]:.0%} for a {digit}"
    numbers = {"taken for": str(taken), "label kept": kept, f"label asks for {digit}": f"{share:.2f}"}
    return Shown(figure, numbers)
