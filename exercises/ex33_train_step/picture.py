"""ex33's picture: what each of the five lines hands to the next, and where the steps of one weight lead."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

START, RATE, STEPS = 2.4, 0.04, 24
LINES = (
    "model.train()",
    "optimizer.zero_grad()",
    "loss = loss_fn(model(xb), yb)",
    "loss.backward()",
    "optimizer.step()",
)
WORDS = (
    "dropout and batch norm on",
    ".grad is empty",
    "forward: a loss and its graph",
    "slope of the loss → .grad",
    ".grad → w",
)


def batch():
    """Eight samples of y = 0.5 x."""
    x = torch.linspace(-2, 2, 8)[:, None]
    return x, 0.5 * x


def scene(module):
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, START)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    path = [START]
    for _ in range(STEPS):
        module.train_step(model, *batch(), functional.mse_loss, optimizer)
        path.append(model.weight.item())
    return path


def uncleared():
    """The path of somebody who never clears the gradients."""
    power = sum((-2 + 4 * i / 7) ** 2 for i in range(8)) / 8
    path, total = [START], 0.0
    for _ in range(STEPS):
        total += 2 * power * (path[-1] - 0.5)
        path.append(path[-1] - RATE * total)
    return path


def claim(reference):
    """The steps walk to the best w without passing it, and never cleared gradients swing far past it."""
    path, old = np.array(reference), np.array(uncleared())
    assert (np.diff(path) < 0).all() and path[-1] > 0.5, "the steps do not walk from one side to the best w"
    assert path[-1] - 0.5 < 0.1, f"the steps end at {path[-1]:.3f}, too far from the best w"
    assert old.min() < -0.5 and old[old.argmin() :].max() > 2, "without zero_grad it does not swing past"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.2))
    left.set_axis_off()
    left.set_xlim(0, 1)
    left.set_ylim(-4.6, 0.6)
    for line, (code, word) in enumerate(zip(LINES, WORDS, strict=True)):
        box = {"boxstyle": "round", "facecolor": "lightsteelblue", "edgecolor": "none"}
        left.text(0.02, -line, code, family="monospace", fontsize=10, va="center", bbox=box)
        left.text(0.98, -line, word, fontsize=9, va="center", ha="right")
        if line:
            left.annotate("", (0.1, 0.25 - line), (0.1, 0.75 - line), arrowprops={"arrowstyle": "->"})
    paths = [("without zero_grad", uncleared(), "tab:red", ":"), ("reference", reference, "black", "-")]
    for name, path, color, style in [*paths, ("yours", submission, "tab:orange", "--")]:
        if path is not None:
            right.plot(range(len(path)), path, style, marker=".", color=color, label=name)
    right.axhline(0.5, color="tab:gray", lw=0.8)
    right.text(0, 0.46, "best w", va="top", fontsize=9, color="tab:gray")
    right.set_ylim(-1.8, 4)
    right.set_xlabel("step")
    right.set_ylabel("w")
    right.set_title("old gradients swing past the goal, clean ones walk to it", fontsize=10)
    right.legend(loc="upper right")
    return figure
