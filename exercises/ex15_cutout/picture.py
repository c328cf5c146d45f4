"""ex15's picture: a digit behind six holes, and how often each pixel of an 8×8 image is hidden in 1000 draws."""

import numpy as np
import torch

# A digit of `grader.suite.digits`, one character per pixel: 0 to 9, then a to g for 10 to 16.
TWO = "009g5000 06ggf000 07geg200 036cg000 000fc000 007g6130 009gdf80 007gg810"


def scene(module):
    digit = torch.tensor([[int(mark, 17) / 16 for mark in row] for row in TWO.split()])
    examples = module.cutout(digit.expand(6, 1, 8, 8).clone(), 4, 0.5)
    hidden = module.cutout(torch.ones(1000, 1, 8, 8), 4) == 0
    return {"examples": examples[:, 0], "hits": hidden[:, 0].float().mean(0)}


def claim(reference):
    """Each image has a hole of its own, and the middle is hidden in a quarter of the draws, the corners far less."""
    kinds = {np.asarray(image).tobytes() for image in reference["examples"]}
    assert len(kinds) >= 3, f"six images show {len(kinds)} different holes"
    hits = np.asarray(reference["hits"])
    middle, corners = hits[1:6, 1:6].mean(), hits[[0, 0, 7, 7], [0, 7, 0, 7]]
    assert 0.2 < middle < 0.3, f"the middle is hidden in {middle:.3f} of the draws, not in a quarter"
    assert corners.max() < 0.85 * middle, f"corners are hidden in {corners.max():.3f}, the middle in {middle:.3f}"
    assert corners.min() < 0.5 * middle, "no corner is hidden less than half as often as the middle"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    grid = figure.add_gridspec(2 * max(len(seen), 1), 5, width_ratios=(1, 1, 1, 2.2, 2.2))
    for row, (name, data) in enumerate(seen):
        for k, image in enumerate(data["examples"]):
            axes = figure.add_subplot(grid[2 * row + k // 3, k % 3])
            axes.imshow(image, cmap="gray", vmin=0, vmax=1)
            axes.set_axis_off()
            if k == 0:
                axes.set_title(name, fontsize=9, loc="left")
        hits = np.asarray(data["hits"])
        axes = figure.add_subplot(grid[2 * row : 2 * row + 2, 3])
        shown = axes.imshow(hits, vmin=0, vmax=0.7, cmap="magma")
        figure.colorbar(shown, ax=axes, shrink=0.8)
        axes.set_title(f"{name}: share of draws that hide a pixel\n{hits.mean():.1%} on average", fontsize=9)
        axes.set_axis_off()
        axes = figure.add_subplot(grid[2 * row : 2 * row + 2, 4])
        axes.plot(hits.mean(0), "o-", label="columns")
        axes.plot(hits.mean(1), "s--", label="rows")
        axes.set_ylim(0, 0.5)
        axes.set_title("mean over a row or column", fontsize=9)
        axes.legend(fontsize=8)
    return figure
