"""ex21's picture: the losses of the batches as bars, each as wide as its batch, and the two means of them."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

SIZES = [256] * 9 + [60]


def batches():
    """Scores of two classes, the right one ahead of the other; in the last batch the wrong one is ahead."""
    lead = 2 + torch.sin(torch.arange(float(sum(SIZES))) / 150)
    lead[-SIZES[-1] :] = -2
    x = torch.stack([lead, torch.zeros_like(lead)], dim=1)
    return [(part, torch.zeros(len(part), dtype=torch.int64)) for part in x.split(SIZES)]


def scene(module):
    model = nn.Linear(2, 2)
    model.load_state_dict({"weight": torch.eye(2), "bias": torch.zeros(2)})
    parts = [functional.cross_entropy(x, y) for x, y in batches()]
    return {"batches": parts, "loss": module.evaluate(model, batches(), functional.cross_entropy)["loss"]}


def claim(reference):
    """The short last batch pulls the mean of the batch means clearly above the loss over all samples."""
    losses = [float(loss) for loss in reference["batches"]]
    plain, whole = np.mean(losses), np.average(losses, weights=SIZES)
    assert abs(reference["loss"] - whole) < 1e-3, f"the loss is {reference['loss']:.4f}, over all samples {whole:.4f}"
    assert plain > 1.2 * whole, f"the two means are {plain:.4f} and {whole:.4f}: too close to tell apart"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    losses = (reference or submission)["batches"]
    starts = [sum(SIZES[:i]) for i in range(len(SIZES))]
    axes.bar(starts, losses, SIZES, align="edge", color="lightsteelblue", edgecolor="white")
    axes.axhline(sum(losses) / len(losses), color="tab:red", ls=":", label="mean of the batch means")
    for name, data, style in (("reference", reference, "-"), ("yours", submission, "--")):
        if data is not None:
            color = "black" if style == "-" else "tab:orange"
            axes.axhline(data["loss"], color=color, ls=style, label=f"{name}: {data['loss']:.4f}")
    axes.set_xlabel("samples: each bar is as wide as its batch, so that areas count")
    axes.set_ylabel("loss")
    axes.legend()
    return figure
