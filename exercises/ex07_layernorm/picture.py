"""ex07 in one picture: rows of very different scales before and after the layer, one of them framed."""

import numpy as np
import torch


def scene(module):
    """Six samples of eight features; sample i is larger and more spread than sample i - 1."""
    scale = torch.arange(1.0, 7.0)[:, None]
    x = scale * (torch.randn(6, 8) + 1)
    return {"x": x, "out": module.LayerNorm(8)(x).detach()}


def claim(reference):
    """Rows of very different spread leave the layer with mean 0 and spread 1 each."""
    spreads = reference["x"].std(1)
    assert spreads.max() > 2 * spreads.min(), "the rows of the input are alike"
    assert np.abs(reference["out"].mean(1)).max() < 0.01, "a row's mean is not 0"
    assert np.abs(reference["out"].std(1) - 1).max() < 0.01, "a row's spread is not 1"


def draw(submission, reference):
    """Heat maps of input and outputs, each row's mean and spread beside it, the averaged row framed."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    shown = submission or reference
    panels = [("input", shown["x"])]
    panels += [("your output", submission["out"])] if submission else []
    panels += [("output of the reference", reference["out"])] if reference else []
    figure = Figure(figsize=(4.2 * len(panels), 3.4), layout="constrained")
    for axes, (title, values) in zip(figure.subplots(1, len(panels)), panels, strict=True):
        limit = abs(values).max()
        image = axes.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
        figure.colorbar(image, ax=axes, shrink=0.8)
        axes.add_patch(Rectangle((-0.5, 1.5), 8, 1, fill=False, edgecolor="black", linewidth=2.5))
        labels = [f"mean {row.mean().round(1) + 0:.1f}\nspread {row.std():.1f}" for row in values]
        axes.set_yticks(range(len(labels)), labels, fontsize=7)
        axes.set(title=title, xlabel="feature")
    figure.suptitle("Layer norm: every row is averaged by itself (one such row is framed)")
    return figure
