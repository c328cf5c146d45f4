"""The loss landscape of a straight line

Sixty points, a line $y = wx + b$, and the mean squared error as a bowl over all pairs $(w, b)$. Every point of the path
is a real step of gradient descent from where you start.

The bowl is steeper in one direction than in the other. With the curvature $\\lambda$ of the steepest one, full batches
and no momentum, steps grow instead of shrinking as soon as the learning rate passes $2/\\lambda$.
"""

import numpy as np
import torch
from matplotlib.figure import Figure

from grader.demo import Prediction, Shown, Slider

EXERCISES = ("ex05",)
STEPS = 60
BATCHES = (1, 2, 4, 8, 16, 32, 60)
PARAMETERS = (
    Slider("rate", "learning rate", 0.01, 1.2, 0.1, step=0.01),
    Slider("batch", "batch size: 1, 2, 4, 8, 16, 32, all 60", 0, 6, 6),
    Slider("momentum", "momentum", 0, 0.95, 0, step=0.05),
    Slider("w", "start at w", -3, 4, -2, step=0.5),
    Slider("b", "start at b", -3, 4, 3, step=0.5),
)
PREDICTION = Prediction(
    "The steepest curvature of this bowl is about 3.8. From which learning rate on does descent with full batches "
    "diverge?", of="diverges above", tolerance=0.05,
)  # fmt: skip
X = np.random.default_rng(4).uniform(-0.6, 1.9, 60)
Y = 1.3 * X + 0.5 + np.random.default_rng(5).normal(0, 0.35, 60)


def bowl(w, b):
    """The mean squared error for each pair of w and b."""
    return ((np.multiply.outer(w, X) + np.expand_dims(b, -1) - Y) ** 2).mean(-1)


def descend(rate, batch, momentum, w, b):
    """The path (STEPS + 1, 2) of torch's own SGD."""
    place = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([place], lr=rate, momentum=momentum)
    x, y, draw = torch.from_numpy(X), torch.from_numpy(Y), np.random.default_rng(0)
    path = [place.detach().clone()]
    for _ in range(STEPS):
        rows = draw.permutation(60)[:batch]
        optimizer.zero_grad()
        ((place[0] * x[rows] + place[1] - y[rows]) ** 2).mean().backward()
        optimizer.step()
        path.append(place.detach().clone().clamp(-1e6, 1e6))
    return torch.stack(path).numpy()


def draw(rate, batch, momentum, w, b):
    size = BATCHES[batch]
    path = descend(rate, size, momentum, float(w), float(b))
    loss = bowl(path[:, 0], path[:, 1])
    hessian = 2 * np.array([[(X**2).mean(), X.mean()], [X.mean(), 1.0]])
    steepest = float(np.linalg.eigvalsh(hessian)[-1])
    best_w, best_b = np.linalg.lstsq(np.stack([X, np.ones(60)], 1), Y, rcond=None)[0]
    figure = Figure(figsize=(7.6, 4.0))
    figure.subplots_adjust(left=0.07, right=0.98, top=0.96, bottom=0.13, wspace=0.3)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    ws, bs = np.meshgrid(np.linspace(-4, 5, 28), np.linspace(-4, 5, 28))
    left.contour(ws, bs, bowl(ws, bs), levels=np.geomspace(0.2, 60, 9), colors="gray", linewidths=0.8)
    left.plot(*path.clip(-20, 20).T, ".-", color="tab:orange", lw=1.2, ms=4)
    left.plot(best_w, best_b, "*", color="tab:red", ms=11)
    left.set(xlim=(-4, 5), ylim=(-4, 5), xlabel="w", ylabel="b")
    right.plot(np.log10(loss.clip(1e-3, 1e4)), color="tab:orange")
    right.axhline(np.log10(bowl(best_w, best_b)), color="gray", ls="--", lw=1)
    right.set(xlabel="step", ylabel="loss over all 60 points", ylim=(-1.3, 4), yticks=range(-1, 5))
    right.set_yticklabels(["0.1", "1", "10", "100", "1000", "10000"])
    grows = bool(loss[-1] > loss[0])
    numbers = {
        "steepest curvature λ": round(steepest, 3), "diverges above": round(2 / steepest, 3),
        "loss after 60 steps": f"{loss[-1]:.3g}", "smallest possible loss": f"{bowl(best_w, best_b):.3g}",
        "this path": "diverges" if grows else "comes down",
    }  # fmt: skip
    return Shown(figure, numbers)
