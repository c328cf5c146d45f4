"""ex11 in one picture: eight training views of one landscape above its validation view."""

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
    views = [train(image) for _ in range(VIEWS)]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    shown = [(view * std + mean).clamp(0, 1).permute(1, 2, 0) for view in [*views, val(image)]]
    return {"train": shown[:-1], "val": shown[-1]}


def draw(submission, reference):
    """Eight training views in a row, the validation view below them; the reference's in two more rows."""
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
        below[0].imshow(views["val"])
        below[0].set_title(f"{who} val, always the same", loc="left").set_in_layout(False)
    return figure
