"""ex19's picture: the loss of one sample against the distance between the right score and the others."""

import math

import numpy as np
import torch

GAPS = [k / 5 for k in range(61)]
CLASSES = 10


def scene(module):
    losses = {}
    for epsilon in (0.0, 0.1):
        scores = [gap * torch.eye(CLASSES)[:1] for gap in GAPS]
        losses[epsilon] = [module.smoothed_cross_entropy(row, torch.tensor([0]), epsilon) for row in scores]
    return losses


def claim(reference):
    """Without smoothing the loss falls with the distance for ever; with ε = 0.1 it is lowest near 4.5 and rises."""
    plain, smooth = (np.array(reference[epsilon], dtype=float) for epsilon in (0.0, 0.1))
    assert (np.diff(plain) < 0).all(), "the loss without smoothing does not always fall"
    lowest = GAPS[smooth.argmin()]
    assert 4.3 < lowest < 4.7, f"the smoothed loss is lowest at {lowest:g}"
    assert smooth[-1] > smooth.min() + 0.3, "the smoothed loss does not rise behind its lowest value"
    assert plain[-1] < 0.001, "the loss without smoothing does not go to 0"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for data, style, name in ((reference, "-", "reference"), (submission, "--", "yours")):
        for epsilon, losses in (data or {}).items():
            color = "tab:orange" if epsilon else "tab:blue"
            axes.plot(GAPS, losses, style, color=color, lw=3 if style == "--" else 1.5, label=f"{name}, ε = {epsilon}")
    best = math.log((0.9 + 0.1 / CLASSES) / (0.1 / CLASSES))
    axes.axvline(best, color="black", lw=0.8, ls=":")
    axes.text(best + 0.1, 2, f"best distance\nfor ε = 0.1: {best:.3f}", fontsize=9)
    axes.set_xlabel("right score minus the others")
    axes.set_ylabel(f"loss, {CLASSES} classes")
    axes.set_ylim(0, 2.5)
    axes.legend()
    return figure
