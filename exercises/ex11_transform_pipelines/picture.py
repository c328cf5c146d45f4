"""ex11 in one picture: eight training views of one landscape above two validation views."""

import numpy as np
import torch
from PIL import Image

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
VIEWS = 8


def scene(module):
    """A hill, a house and the sun on 96×128 pixels; what both pipelines make of it, back in 0 ... 1."""
    y, x = np.mgrid[:96, :128]
    picture = np.stack([110 + y // 2, 160 + y // 2, np.full_like(y, 240)], axis=-1)
    picture[y > 70 - 18 * np.sin(x / 40)] = (70, 140, 60)
    picture[(y > 45) & (y < 75) & (x > 68) & (x < 96)] = (190, 70, 50)
    picture[(x - 42) ** 2 + (y - 24) ** 2 < 120] = (250, 220, 60)
    image = Image.fromarray(picture.astype(np.uint8))
    train, val = module.make_transforms(64, 72)
    views, same = [train(image) for _ in range(VIEWS)], [val(image) for _ in range(2)]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    shown = [(view * std + mean).clamp(0, 1).permute(1, 2, 0) for view in [*views, *same]]
    return {"train": shown[:-2], "val": shown[-2:]}


def changes(views):
    """The largest mean difference per number between two views."""
    views = [np.asarray(view, dtype=float) for view in views]
    return max(np.abs(a - b).mean() for a in views for b in views)


def claim(reference):
    """No two training views are alike, the validation view never changes, and it is the middle of the picture."""
    train, (val, again) = reference["train"], reference["val"]
    alike = [i for i in range(VIEWS) for j in range(i) if changes([train[i], train[j]]) < 0.02]
    assert not alike, f"training view {alike[0] + 1} looks like one before it"
    assert np.array_equal(val, again), "the validation view changes from call to call"
    sun, corner = np.asarray(val)[12:14, 20:22].mean((0, 1)), np.asarray(val)[2, 60]
    assert sun[0] > 0.9 and sun[2] < 0.5, f"no sun in the validation view, but {sun.round(2)}"
    assert corner[2] > corner[0], "no sky in the validation view"


def draw(submission, reference):
    """Eight training views in a row, two validation views below them; the reference's in two more rows."""
    from matplotlib.figure import Figure

    seen = [(who, views) for who, views in (("your", submission), ("reference's", reference)) if views]
    figure = Figure(figsize=(12, 0.5 + 3.6 * len(seen)), layout="constrained")
    grid = figure.subplots(2 * len(seen), VIEWS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for row, (who, views) in enumerate(seen):
        above, below = grid[2 * row], grid[2 * row + 1]
        for axes, view in zip(above, views["train"], strict=True):
            axes.imshow(view)
        above[0].set_title(f"{who} train, anew in each call", loc="left").set_in_layout(False)
        said = "always the same" if changes(views["val"]) == 0 else "anew in each call, too"
        for axes, view in zip(below, views["val"], strict=False):
            axes.imshow(view)
        below[0].set_title(f"{who} val, {said}", loc="left").set_in_layout(False)
    return figure
