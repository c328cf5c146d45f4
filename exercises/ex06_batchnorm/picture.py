"""ex06 in one picture: a feature before and after the layer, and how the running mean finds the mean of all data."""

import numpy as np
import torch

BATCHES, SAMPLES = 60, 64


def scene(module):
    """One feature with mean 3 and spread 2 passes through a training layer, batch after batch."""
    batches = 3 + 2 * torch.randn(BATCHES, SAMPLES, 1)
    layer = module.BatchNorm(1)
    layer.train()
    outputs, running, means = [], [], []
    for x in batches:
        outputs.append(layer(x).detach())
        running.append(float(layer.running_mean))
        means.append(float(x.mean()))
    return {"before": batches.flatten(), "after": torch.cat(outputs).flatten(), "running": running, "means": means}


def claim(reference):
    """The layer's outputs have mean 0 and spread 1; the running mean climbs to 3 and is steadier than the batches'."""
    after, running, means = (np.array(reference[name]) for name in ("after", "running", "means"))
    assert abs(after.mean()) < 0.02, "the mean of the outputs is not 0"
    assert abs(after.std() - 1) < 0.02, "the spread of the outputs is not 1"
    assert running[0] < 0.5, "the running mean does not start low"
    assert abs(running[40:].mean() - 3) < 0.3, "the running mean does not find 3"
    assert running[40:].std() < 0.7 * means[40:].std(), "the running mean jumps as the batches' means do"


def draw(submission, reference):
    """Left: histograms. Right: each batch's mean as a dot, the running mean as a line, dashed for the reference."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    shown = submission or reference
    left.hist(shown["before"], bins=40, alpha=0.6, color="tab:gray", label="before: mean 3, spread 2")
    left.hist(shown["after"], bins=40, alpha=0.6, color="tab:blue", label="after the layer, train mode")
    left.set(xlabel="value", ylabel="samples", title="One feature before and after")
    left.margins(y=0.4)
    left.legend(loc="upper right")
    right.plot(shown["means"], ".", color="tab:gray", label="mean of the batch")
    if submission:
        right.plot(submission["running"], color="tab:blue", label="your running_mean")
    if reference:
        right.plot(reference["running"], "--", color="black", label="running_mean of the reference")
    right.set(xlabel="batch", title="The running mean, momentum 0.1", ylim=(0, 4))
    right.legend(loc="lower right")
    return figure
