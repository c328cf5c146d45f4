"""Early stopping: when to quit, what to keep

A small network learns 200 digits of which a quarter has a wrong label. Each run is a real training, with its own first
weights and its own order of batches. The training loss falls to the end; the validation loss has had enough before.

*Patience* is how many bad epochs in a row you put up with. *min_delta* is how large a gain has to be in order to count.
Move both: which of them saves epochs without losing the best weights?
"""

from functools import lru_cache

import torch
from matplotlib.figure import Figure
from torch.nn.functional import cross_entropy

from grader.demo import Prediction, Shown, Slider
from grader.suite.digits import digits

EXERCISES = ("ex01", "ex04")
EPOCHS = 60
PARAMETERS = (
    Slider("patience", "patience", 1, 20, 4, unit="epochs"),
    Slider("min_delta", "min_delta", 0, 0.05, 0, step=0.005),
    Slider("run", "run", 1, 8, 1),
)
PREDICTION = Prediction(
    "With a patience of 4 in run 1: after how many of the 60 epochs does training stop?", of="stopped after epoch",
    tolerance=3,
)  # fmt: skip


@lru_cache(maxsize=16)
def curves(run):
    """Training and validation loss of each epoch of a real run."""
    draw = torch.Generator().manual_seed(run)
    x, y, x_val, y_val = map(torch.from_numpy, digits(noisy=True)[:4])
    x, x_val = x.flatten(1), x_val.flatten(1)
    weights = [torch.randn(64, 48, generator=draw) / 8, torch.zeros(48), torch.randn(48, 10, generator=draw) / 7]
    weights = [w.requires_grad_() for w in [*weights, torch.zeros(10)]]
    network = lambda inputs: torch.relu(inputs @ weights[0] + weights[1]) @ weights[2] + weights[3]  # noqa: E731
    optimizer = torch.optim.Adam(weights, lr=0.004)
    losses = []
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x), generator=draw).split(40):
            optimizer.zero_grad()
            cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append((float(cross_entropy(network(x), y)), float(cross_entropy(network(x_val), y_val))))
    return tuple(zip(*losses, strict=True))


def stopping(losses, patience, min_delta):
    """(best epoch, epoch after which training stops), counted from 1."""
    best, at, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - min_delta:
            best, at, bad = loss, epoch, 0
        else:
            bad += 1
        if bad == patience:
            return at, epoch
    return at, len(losses)


def draw(patience, min_delta, run):
    train, val = curves(run)
    kept, stop = stopping(val, patience, min_delta)
    lowest = min(range(EPOCHS), key=val.__getitem__) + 1
    epochs = range(1, EPOCHS + 1)
    figure = Figure(figsize=(7.4, 4.2))
    figure.subplots_adjust(left=0.08, right=0.98, top=0.97, bottom=0.12)
    ax = figure.subplots()
    ax.axvspan(kept, stop, color="tab:orange", alpha=0.18, lw=0, label="waited for nothing")
    ax.axvspan(stop, EPOCHS, color="gray", alpha=0.12, lw=0, label="not trained any more")
    ax.plot(epochs, train, color="tab:blue", label="training loss")
    ax.plot(epochs, val, color="tab:orange", label="validation loss")
    ax.plot(kept, val[kept - 1], "o", color="tab:green", ms=9, label="weights that are kept")
    ax.axvline(stop, color="gray", ls="--", lw=1)
    ax.set(xlabel="epoch", ylabel="loss", xlim=(1, EPOCHS), ylim=(0, max(train[0], val[0]) * 1.05))
    ax.legend(loc="upper right", fontsize="small")
    numbers = {
        "weights kept from epoch": kept, "stopped after epoch": stop, "epochs waited": stop - kept,
        "epochs saved": EPOCHS - stop, "validation loss kept": round(val[kept - 1], 4),
        "lowest of all 60 epochs": f"{val[lowest - 1]:.4f} at epoch {lowest}",
    }  # fmt: skip
    return Shown(figure, numbers)
